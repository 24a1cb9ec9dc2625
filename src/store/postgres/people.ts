// The people of a batch: who was met in it, and whose stay became somebody else's.
import type { Identity } from '../../ledger/identity.ts'
import { NAMES, personIn, personText, type Person } from '../people.ts'
import { personId } from '../person.ts'
import type { Connection } from './connection.ts'

type Stay = Identity & { joinedAt: number }
type Met = Person & { names: string[] }

/** One row for each person; where they were seen later before, only a new name is added. */
export const MEET = `insert into people as p (id, user_id, email, name, names, search, seen_at)
  select id, user_id, email, name, names, search, seen_at from json_populate_recordset(null::people, $1)
  on conflict (id) do update set
    names = array_to_string((string_to_array(p.names, chr(10)) || array(
      select name from unnest(string_to_array(excluded.names, chr(10))) as name
      where name <> all (string_to_array(p.names, chr(10)))))[1:${NAMES}], chr(10)),
    email = case when excluded.seen_at >= p.seen_at then excluded.email else p.email end,
    name = case when excluded.seen_at >= p.seen_at then excluded.name else p.name end,
    search = case when excluded.seen_at >= p.seen_at then excluded.search else p.search end,
    seen_at = greatest(excluded.seen_at, p.seen_at)`
export const FORGET = `delete from people p using json_populate_recordset(null::people, $1) n
  where p.id = n.id and not exists (select from occupants where person = n.id)`
export const RECALL = `update people p set seen_at = (select max(joined_at) from occupants where person = n.id)
  from json_populate_recordset(null::people, $1) n where p.id = n.id`

const LATEST = `select o.*, array(select name from (
      select data ->> 'nick' as name, seq from events join occupants s on seq = s.id where s.person = left_by.id
      union all select data ->> 'nick', seq from events join occupants s on type = 'occupant.updated' and stay = s.id
        where s.person = left_by.id) heard
    where name is not null group by name order by min(seq) limit ${NAMES}) as names
  from unnest($1::text[]) as left_by (id) cross join lateral (
    select jid, nick, email, user_id as "userId", joined_at as "joinedAt" from occupants where person = left_by.id
    order by joined_at desc, id desc limit 1) o`
const REMEMBER = `update people p set email = n.email, name = n.name, names = n.names, search = n.search
  from json_populate_recordset(null::people, $1) n where p.id = n.id`

/** They are as in the latest stay that is left to them. Asked when the stays are written. */
export async function remember(connection: Connection, ids: string[]): Promise<void> {
  const latest = await connection.ask<Stay & { names: string[] }>('latest', LATEST, [ids])
  const rows = latest.flatMap(({ names, ...stay }) => {
    const person = personIn(stay)
    return person ? [rowOf({ ...person, names })] : []
  })
  await connection.ask('remember', REMEMBER, [JSON.stringify(rows)])
}

export class People {
  readonly #met = new Map<string, Met>()
  readonly #left = new Set<string>()
  readonly #mistaken = new Set<string>()

  /** Somebody has joined. */
  met(stay: Stay): void {
    const person = personIn(stay)
    if (!person) return
    const before = this.#met.get(person.id)
    const names = [...new Set([...(before?.names ?? []), person.name])].slice(0, NAMES)
    const latest = before && before.seenAt > person.seenAt ? before : person
    this.#met.set(person.id, { ...latest, names })
  }

  /** A stay has changed: perhaps it is somebody else's from now on. */
  changed(before: Stay, stay: Stay): void {
    if (before.nick === stay.nick && before.email === stay.email) return
    this.met(stay)
    const id = personId(before)
    if (id === null || id === personId(stay)) return
    this.#left.add(id)
    if (before.email !== null) this.#mistaken.add(id)
  }

  rows() {
    return [...this.#met.values()].map(rowOf)
  }

  /** Those who have a stay less. */
  left(): { id: string }[] {
    return [...this.#left].map((id) => ({ id }))
  }

  /** Of these, whose stay had an email that was not theirs. Who has none is known by one nick, and goes on by it. */
  mistaken(): string[] {
    return [...this.#mistaken]
  }
}

function rowOf(person: Met) {
  const { id, userId, email, name, names, seenAt } = person
  const search = personText(person)
  return { id, user_id: userId, email, name, names: names.join('\n'), search, seen_at: seenAt }
}
