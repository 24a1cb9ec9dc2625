// Keeps the table of people current, in the transaction of what happened.
import type { OccupantJoined, StayId } from '../../ledger/event.ts'
import type { Identity } from '../../ledger/identity.ts'
import type { Stay } from '../../ledger/state.ts'
import { NAMES, personIn, personText, type Person } from '../people.ts'
import type { Db } from './open.ts'

export type People = {
  /** Somebody has joined: who that is, null for a component of Jitsi. */
  met(joined: OccupantJoined): string | null
  /** The nick or email of a stay has just become another: it may be somebody else's from now on. */
  changed(stay: StayId): void
}

export function createPeople(db: Db): People {
  // Most people come again as they were: then their name's index is left alone, and nothing is folded.
  const meetAgain = db.prepare<[number, string, string, string | null, number]>(
    'update people set seen_at = ? where id = ? and name = ? and email is ? and seen_at <= ?',
  )
  const meetAnew = db.prepare<Person & { search: string }>(
    `insert into people (id, user_id, email, name, names, search, seen_at)
     values (:id, :userId, :email, :name, :name, :search, :seenAt)
     on conflict (id) do update set
       names = case
         when name = :name or instr(char(10) || names || char(10), char(10) || :name || char(10)) > 0 then names
         when length(names) - length(replace(names, char(10), '')) >= ${NAMES - 1} then names
         else names || char(10) || :name end,
       email = iif(:seenAt >= seen_at, :email, email), name = iif(:seenAt >= seen_at, :name, name),
       search = iif(:seenAt >= seen_at, :search, search), seen_at = max(:seenAt, seen_at)`,
  )
  const stay = db.prepare<[StayId], Stay & { person: string | null }>(
    `select jid, nick, email, user_id as userId, joined_at as joinedAt, person from occupants where id = ?`,
  )
  const move = db.prepare<[string | null, StayId]>('update occupants set person = ? where id = ?')
  const forget = db.prepare<[string, string]>(
    'delete from people where id = ? and not exists (select 1 from occupants where person = ?)',
  )
  const latest = db.prepare<[string], Identity & { joinedAt: number }>(
    `select jid, nick, email, user_id as userId, joined_at as joinedAt from occupants where person = ?
     order by joined_at desc, id desc limit 1`,
  )
  const heard = db
    .prepare<[string], string>(
      `select data ->> 'nick' as name
       from occupants o join events e on e.seq = o.id or (e.type = 'occupant.updated' and e.stay = o.id)
       where o.person = ? and name is not null group by name order by min(e.seq) limit ${NAMES}`,
    )
    .pluck()
  const recall = db.prepare<Person & { names: string; search: string }>(
    `update people set email = :email, name = :name, names = :names, search = :search, seen_at = :seenAt
     where id = :id`,
  )

  function meet(person: Person): void {
    const { id, name, email, seenAt } = person
    if (meetAgain.run(seenAt, id, name, email, seenAt).changes > 0) return
    meetAnew.run({ ...person, search: personText(person) })
  }

  function met(joined: OccupantJoined): string | null {
    const person = personIn({ ...joined, joinedAt: joined.at })
    if (person) meet(person)
    return person?.id ?? null
  }

  function changed(id: StayId): void {
    const row = stay.get(id)
    const person = row && personIn(row)
    if (!row || !person) return
    meet(person)
    if (row.person === person.id) return
    move.run(person.id, id)
    if (row.person !== null && forget.run(row.person, row.person).changes === 0) remember(row.person)
  }

  /** They are as in the latest stay that is left to them. */
  function remember(id: string): void {
    const person = personIn(latest.get(id) as Identity & { joinedAt: number })
    if (!person) return
    // Who has no email is known by one nick alone; who has one is left by a stay only if it was not theirs.
    const names = person.email === null ? [person.name] : heard.all(id)
    recall.run({ ...person, names: names.join('\n'), search: personText(person) })
  }

  return { met, changed }
}
