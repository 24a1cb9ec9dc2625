// What the tests of rollcall copy share: a busy ledger, a PostgreSQL, and a way to hold a copy in the middle.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import pg from 'pg'
import { TABLES } from '../../src/store/copy/tables.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { fill } from './busy-ledger.ts'
import { temporaryFolder } from './folder.ts'
import { startPostgres } from './postgres.ts'
import { serve } from './process.ts'

const PATIENCE = 20_000
/** Of the advisory lock that a held copy waits for. */
const GATE = 4_242

export type Place = { database: string; schema: string }

export type Copying = {
  /** A file of its own with the busy ledger. */
  file: (t: TestContext) => string
  /** A path in a folder of its own. */
  missing: (t: TestContext) => string
  /** A schema of its own, not there yet. */
  schema: () => Place
  /** Arguments of the command. */
  command: (from: Place | string, to: Place | string) => string[]
  sql: <Row>(text: string) => Promise<Row[]>
  /** A copy into this schema will wait in the middle, at the event with this seq, until it is released. */
  hold: (place: Place, seq: number) => Promise<{ reached(): Promise<void>; release(): Promise<void> }>
}

/** Call it in a suite. Of 1,000 rooms come three slices of events, and as many of answers. */
export function copying(rooms = 1_000): Copying {
  let url = ''
  let client: pg.Client
  let dispose = async () => {}
  let schemas = 0
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-copying-'))
  const full = join(folder, 'full.db')

  before(async () => {
    const postgres = await startPostgres('newest')
    dispose = () => postgres.dispose()
    url = postgres.url
    client = new pg.Client(url)
    await client.connect()
    await withStore({ database: full, schema: '' }, (store) => fill(store, rooms))
  })
  after(async () => {
    await client.end()
    await dispose()
    rmSync(folder, { recursive: true })
  })

  const sql = async <Row>(text: string) => (await client.query(text)).rows as Row[]
  const missing = (t: TestContext) => join(temporaryFolder(t), 'rollcall.db')
  const flags = (side: string, place: Place | string) =>
    typeof place === 'string'
      ? [`--${side}`, place]
      : [`--${side}`, place.database, `--${side}-schema`, place.schema]

  return {
    sql,
    missing,
    file(t) {
      const file = missing(t)
      copyFileSync(full, file)
      return file
    },
    schema: () => ({ database: url, schema: `copy_${(schemas += 1)}` }),
    command: (from, to) => ['copy', ...flags('from', from), ...flags('to', to)],
    async hold(place, seq) {
      await withStore(place, async () => {})
      await sql(`select pg_advisory_lock(${GATE})`)
      await sql(`create function ${place.schema}.wait() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(${GATE}); return new; end $$`)
      await sql(`create trigger wait before insert on ${place.schema}.events for each row when (new.seq = ${seq})
        execute function ${place.schema}.wait()`)
      return {
        reached: () =>
          until(async () => {
            const waiting = `select 1 from pg_locks where locktype = 'advisory' and objid = ${GATE} and not granted`
            return (await sql(waiting)).length > 0
          }),
        release: async () => void (await sql(`select pg_advisory_unlock(${GATE})`)),
      }
    },
  }
}

export async function withStore<T>(place: Place, work: (store: Store) => Promise<T>): Promise<T> {
  const onLost = (error: Error) => {
    throw error
  }
  const store = await openStore({ ...place, queueLimit: 100_000, onLost })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Each table of a file, to the byte: what a copy moves of it, which test/store/copy.test.ts holds against the schema. */
export function tablesOf(file: string): Record<string, unknown[]> {
  const db = new Database(file, { readonly: true })
  const rows = TABLES.map(({ name, key, columns }) => {
    const all = db.prepare(
      `select ${Object.keys(columns).join(', ')} from ${name} order by ${key.join(', ')}`,
    )
    return [name, all.all()]
  })
  db.close()
  return Object.fromEntries(rows) as Record<string, unknown[]>
}

/** Tells the first row that differs: a comparison of all of them would print for minutes. */
export function assertSameRows(found: object, wanted: object): void {
  for (const [name, rows] of Object.entries(wanted)) {
    const others = (found as Record<string, unknown>)[name]
    if (!Array.isArray(rows) || !Array.isArray(others)) assert.deepEqual(others, rows, name)
    else {
      assert.equal(others.length, rows.length, name)
      rows.forEach((row, index) => assert.deepEqual(others[index], row, name))
    }
  }
}

/** What a server says that does not start on this database. */
export async function refusalToServe({ database, schema }: Place): Promise<string> {
  const running = await serve({ ROLLCALL_DATABASE: database, ROLLCALL_SCHEMA: schema }).catch(
    (error: unknown) => (error as Error).message,
  )
  if (typeof running === 'string') return running
  running.child.kill()
  return assert.fail('it started')
}

export async function until(found: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE
  while (!(await found())) {
    assert.ok(Date.now() < deadline, 'it never came')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
