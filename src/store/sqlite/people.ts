// Keeps the table of people current, in the transaction of what happened.
import type { OccupantJoined, StayId } from '../../ledger/event.ts'
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
    `insert into people values (:id, :userId, :email, :name, :name, :search, :seenAt)
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
  const recall = db.prepare<[string, string]>(
    'update people set seen_at = (select max(joined_at) from occupants where person = ?) where id = ?',
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
    if (row.person === null) return
    forget.run(row.person, row.person)
    recall.run(row.person, row.person)
  }

  return { met, changed }
}
