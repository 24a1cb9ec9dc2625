// The stays of people as both engines pack them, a text for each room: with a row for each stay most of the time goes into
// the rows, and as JSON half of it into texts that only say that somebody is the same.
import { ID_LENGTH } from '../person.ts'
import { PersonNumbers } from './person-numbers.ts'
import { all, raw, sql, type Dialect, type Sql } from './sql.ts'

/** The SQLite file keeps the same of rooms that have ended: the view packed_stays has to say what is said here. */
const STAY = raw(`o.person || o.joined_at || ',' || coalesce(cast(o.left_at as text), '') || ','`)

/**
 * Those in the room `r`, as createUnpacker() takes them, from an index that holds all of it. Null where there are none. Of a
 * room that has ended it may be all of them, whatever is `wanted`.
 */
export function packedStays({ joined, kept }: Dialect, wanted: Sql[] = []): Sql {
  const ofPeople = [sql`o.room = r.id`, sql`o.person is not null`]
  return kept(sql`(select ${joined(STAY)} from occupants o where ${all([...ofPeople, ...wanted])})`)
}

/** `leftAt`: null where it goes on. Times are epoch ms. */
type Take = (who: number, joinedAt: number, leftAt: number | null) => void

const COMMA = 44
const ZERO = 48

/**
 * Unpacks `<person><joinedAt>,<leftAt>,` for each stay, where the time of leaving may be nothing. The same person has the
 * same number in all texts. About 0.1 µs a stay.
 */
export function createUnpacker(take: Take): (text: string) => void {
  const numbers = new PersonNumbers()
  let bytes = Buffer.alloc(0)
  let view = new DataView(bytes.buffer)

  return (text) => {
    if (text.length > bytes.length) {
      bytes = Buffer.alloc(2 * text.length)
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    bytes.write(text, 'latin1')
    for (let at = 0; at < text.length; at += 1) {
      const who = numbers.of(view, at)
      at += ID_LENGTH
      let joinedAt = 0
      for (let byte = bytes[at] as number; byte !== COMMA; byte = bytes[(at += 1)] as number) {
        joinedAt = joinedAt * 10 + byte - ZERO
      }
      at += 1
      const goesOn = bytes[at] === COMMA
      let leftAt = 0
      for (let byte = bytes[at] as number; byte !== COMMA; byte = bytes[(at += 1)] as number) {
        leftAt = leftAt * 10 + byte - ZERO
      }
      take(who, joinedAt, goesOn ? null : leftAt)
    }
  }
}
