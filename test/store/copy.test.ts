// What a copy knows of a ledger is all that there is: a column or table that it forgot would be lost without a word.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { TABLES } from '../../src/store/copy/tables.ts'
import { openForWriting } from '../../src/store/sqlite/open.ts'
import { withStore } from '../support/copying.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPostgres } from '../support/postgres.ts'

type Column = { table: string; column: string }

const KNOWN = TABLES.flatMap(({ name, columns }) => Object.keys(columns).map((column) => `${name}.${column}`))

test('every column of the SQLite file is copied, but for numbers of its own, the indexes of texts and what is packed', (t) => {
  const { db, close } = openForWriting(join(temporaryFolder(t), 'rollcall.db'))
  const sql = `select tables.name as "table", columns.name as "column"
    from sqlite_schema as tables, pragma_table_info(tables.name) as columns
    where tables.type = 'table' and tables.name not glob '*_text*' and tables.name not glob '*_parts'
      and tables.name <> 'room_stays'`
  const columns = db.prepare<[], Column>(sql).all()
  close()
  assert.deepEqual(namesOf(columns), [...KNOWN, 'answers.id', 'people.number'].toSorted())
})

test('every column of the PostgreSQL schema is copied, but for what follows from the JID', async () => {
  const postgres = await startPostgres('newest')
  await withStore({ database: postgres.url, schema: 'rollcall' }, async () => {})
  const client = new pg.Client(postgres.url)
  await client.connect()
  const { rows } = await client.query<Column>(`select table_name as "table", column_name as "column"
    from information_schema.columns where table_schema = 'rollcall' and table_name <> 'rollcall_schema'`)
  await client.end()
  await postgres.dispose()
  assert.deepEqual(namesOf(rows), [...KNOWN, 'rooms.jid_key', 'occupants.jid_key'].toSorted())
})

function namesOf(columns: Column[]): string[] {
  return columns.map(({ table, column }) => `${table}.${column}`).toSorted()
}
