// The stays of people in a room as one text: a row for each stay would take most of the time.
import { all, raw, sql, type Dialect, type Sql } from './sql.ts'

const STAY = raw(`o.person || o.joined_at || ',' || coalesce(cast(o.left_at as text), '') || ','`)

/** Of the room `r`, as createUnpacker() takes them, from an index that holds all of it. Null where there are none. */
export function packedStays({ joined }: Dialect, wanted: Sql[] = []): Sql {
  const ofPeople = [sql`o.room = r.id`, sql`o.person is not null`]
  return sql`select ${joined(STAY)} from occupants o where ${all([...ofPeople, ...wanted])}`
}
