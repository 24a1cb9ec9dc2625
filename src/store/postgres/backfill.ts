// Fills the columns that 0002-people.sql has added, in the same transaction, a slice of rows at a time.
import type pg from 'pg'
import type { Identity } from '../../ledger/identity.ts'
import { personId } from '../person.ts'
import { searchText } from '../search.ts'
import { MEET, People } from './people.ts'

/** Rows in memory at a time. */
const SLICE = 5_000

type Stay = Identity & { id: number; joinedAt: number }
type Room = { id: number; name: string; jid: string }

export async function backfillPeople(client: pg.Client): Promise<void> {
  const stays = 'select id, jid, nick, email, user_id as "userId", joined_at as "joinedAt" from occupants'
  for await (const rows of slices(client, stays)) {
    const people = new People()
    const owned = (rows as Stay[]).map((row) => {
      people.met(row)
      return { id: row.id, person: personId(row) }
    })
    await client.query(fill('occupants', 'person'), [JSON.stringify(owned)])
    await client.query(MEET, [JSON.stringify(people.rows())])
  }
  for await (const rows of slices(client, 'select id, name, jid from rooms')) {
    const texts = (rows as Room[]).map(({ id, name, jid }) => ({ id, search: searchText(name, jid) }))
    await client.query(fill('rooms', 'search'), [JSON.stringify(texts)])
  }
}

/** In order of their ids. */
async function* slices(client: pg.Client, select: string): AsyncGenerator<{ id: number }[]> {
  for (let last = 0; ;) {
    const sql = `${select} where id > $1 order by id limit ${SLICE}`
    const { rows } = await client.query<{ id: number }>(sql, [last])
    if (rows.length === 0) return
    yield rows
    last = rows.at(-1)?.id ?? Infinity
  }
}

function fill(table: string, column: string): string {
  return `update ${table} t set ${column} = n.${column}
    from json_populate_recordset(null::${table}, $1) n where t.id = n.id`
}
