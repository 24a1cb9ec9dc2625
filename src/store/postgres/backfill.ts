// Fills the columns that 0002-people.sql has added, in the same transaction, a slice of rows at a time.
import type pg from 'pg'
import type { Identity } from '../../ledger/identity.ts'
import { personIn } from '../people.ts'
import { searchText } from '../search.ts'
import { MEET, People } from './people.ts'

/** Rows in memory at a time. */
const SLICE = 5_000

type Stay = Identity & { id: number; joinedAt: number }
type Room = { id: number; name: string; jid: string }

export async function backfillPeople(client: pg.Client): Promise<void> {
  const stays = `select id, jid, nick, email, user_id as "userId", joined_at as "joinedAt" from occupants`
  await inSlices<Stay>(client, stays, async (rows) => {
    const people = new People()
    rows.forEach((row) => people.met(row))
    const owned = rows.map((row) => ({ id: row.id, person: personIn(row)?.id ?? null }))
    await client.query(fill('occupants', 'person'), [JSON.stringify(owned)])
    await client.query(MEET, [JSON.stringify(people.rows())])
  })
  await inSlices<Room>(client, 'select id, name, jid from rooms', async (rows) => {
    const texts = rows.map(({ id, name, jid }) => ({ id, search: searchText(name, jid) }))
    await client.query(fill('rooms', 'search'), [JSON.stringify(texts)])
  })
}

async function inSlices<Row extends { id: number }>(
  client: pg.Client,
  select: string,
  work: (rows: Row[]) => Promise<void>,
): Promise<void> {
  for (let last = 0; ;) {
    const { rows } = await client.query<Row>(`${select} where id > $1 order by id limit ${SLICE}`, [last])
    if (rows.length === 0) return
    await work(rows)
    last = rows.at(-1)?.id ?? Infinity
  }
}

function fill(table: string, column: string): string {
  return `update ${table} t set ${column} = n.${column}
    from json_populate_recordset(null::${table}, $1) n where t.id = n.id`
}
