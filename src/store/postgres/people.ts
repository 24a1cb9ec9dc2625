// The people of a batch: who was met in it, and whose stay became somebody else's.
import type { Identity } from '../../ledger/identity.ts'
import { NAMES, personIn, personText, type Person } from '../people.ts'
import { personId } from '../person.ts'

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

export class People {
  readonly #met = new Map<string, Met>()
  readonly #left = new Set<string>()

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
    if (id !== null && id !== personId(stay)) this.#left.add(id)
  }

  rows() {
    return [...this.#met.values()].map((person) => {
      const { id, userId, email, name, names, seenAt } = person
      const search = personText(person)
      return { id, user_id: userId, email, name, names: names.join('\n'), search, seen_at: seenAt }
    })
  }

  /** Those who have a stay less. */
  left(): { id: string }[] {
    return [...this.#left].map((id) => ({ id }))
  }
}
