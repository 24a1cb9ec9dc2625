// Holds a PostgreSQL schema against what the load was answered: as an SQLite file, with the checks that hold those.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import pg from 'pg'
import { openForWriting } from '../../src/store/sqlite/open.ts'
import { check, type Checked } from '../faults/check.ts'
import type { Load } from '../faults/load.ts'
import { temporaryFolder } from '../support/folder.ts'

export type Database = { url: string; schema: string }

const TABLES = {
  rooms:
    'id, session, jid, host, name, kind, parent_jid, created_at, ended_at, end_reason, inferred::int as inferred',
  occupants: `id, room, jid, nick, role, email, avatar, user_agent, ip, user_id, joined_at, nick_at, role_at, email_at,
    left_at, leave_reason, inferred::int as inferred`,
  events: 'seq, type, at, received_at, inferred::int as inferred, room, stay, data::text as data',
  answers: 'key, fingerprint, answer::text as answer, received_at',
}

/** Everything answered 200 is there, once; nothing refused is there; nothing by half. Returns how many calls were found. */
export async function holdsItsWord(t: TestContext, database: Database, load: Load): Promise<number> {
  const { found, findings } = await checkSchema(t, database, load)
  assert.deepEqual(findings.slice(0, 10), [])
  assert.ok(found > 0)
  return found
}

export async function checkSchema(t: TestContext, { url, schema }: Database, load: Load): Promise<Checked> {
  const file = join(temporaryFolder(t), 'copy.db')
  const { db, close } = openForWriting(file)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`begin isolation level repeatable read; set local search_path to ${schema}`)
    for (const [table, columns] of Object.entries(TABLES)) {
      const { rows, fields } = await client.query<Record<string, unknown>>(`select ${columns} from ${table}`)
      const names = fields.map(({ name }) => name)
      const insert = db.prepare(
        `insert into ${table} (${names.join(', ')}) values (${names.map((name) => `@${name}`).join(', ')})`,
      )
      db.transaction(() => rows.forEach((row) => insert.run(row)))()
    }
  } finally {
    await client.end()
    close()
  }
  return check(file, load)
}

/** Asks the database itself, as whoever the tests run it as. */
export async function query<Row extends object>({ url, schema }: Database, sql: string): Promise<Row[]> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c search_path=${schema}`,
    application_name: 'test',
  })
  // The query tells of it, if the connection breaks.
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
