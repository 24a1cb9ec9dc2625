// rollcall copy, stopped in the middle: the same command goes on, and no server takes what is half there.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import Database from 'better-sqlite3'
import { createRoom, T0 } from '../support/commands.ts'
import {
  assertSameRows,
  copying,
  refusalToServe,
  tablesOf,
  until,
  withStore,
  type Place,
} from '../support/copying.ts'
import { rollcall, start } from '../support/process.ts'

const SAME = /both sides hold the same ledger/
const UNFINISHED = /holds a copy that was not finished.*\(DATABASE_UNFINISHED\)\n$/

describe('rollcall copy, interrupted', () => {
  const { command, file, hold, missing, schema, sql } = copying()

  async function copiesOn(): Promise<number> {
    return (await sql("select 1 from pg_stat_activity where application_name = 'rollcall copy'")).length
  }

  async function countOf({ schema }: Place, table: string): Promise<number> {
    const [row] = await sql<{ count: string }>(`select count(*) from ${schema}.${table}`)
    return Number(row?.count)
  }

  test('killed on its way to PostgreSQL, it goes on where it stopped', async (t) => {
    const from = file(t)
    const to = schema()
    const held = await hold(to, 7_000)
    const killed = start(command(from, to), {})
    await held.reached()
    assert.equal(await countOf(to, 'events'), 5_000)
    killed.kill('SIGKILL')
    await once(killed, 'close')
    // The server writes the slice that it has, and only then sees that nobody is there; meanwhile the copy waits.
    const resuming = rollcall(command(from, to))
    await until(async () => (await copiesOn()) === 2)
    await held.release()
    const resumed = await resuming
    assert.match(resumed.stdout, SAME, resumed.stderr)
    const written = numberIn(/^Copied ([\d,]+) rows/m, resumed.stdout)
    const events = numberIn(/^events +([\d,]+) rows/m, resumed.stdout)
    const answers = numberIn(/^answers +([\d,]+) rows/m, resumed.stdout)
    const hosts = numberIn(/^hosts +([\d,]+) rows/m, resumed.stdout)
    assert.equal(written, events - 10_000 + answers + hosts)

    const back = missing(t)
    await rollcall(command(to, back))
    assertSameRows(tablesOf(back), tablesOf(from))
  })

  test('killed on its way to a file, it goes on as well', async (t) => {
    const from = file(t)
    const to = missing(t)
    const killed = start(command(from, to), {})
    await until(async () => countIn(to, 'events') > 0)
    killed.kill('SIGKILL')
    await once(killed, 'close')
    assert.match(await refusalToServe({ database: to, schema: '' }), UNFINISHED)
    assert.match((await rollcall(command(from, to))).stdout, SAME)
    assertSameRows(tablesOf(to), tablesOf(from))
  })

  test('told to stop, it writes what it has in hand and says so; no server and no copy takes the half', async (t) => {
    const from = file(t)
    const to = schema()
    const held = await hold(to, 7_000)
    const stopped = start(command(from, to), {})
    const exited = once(stopped, 'close')
    let said = ''
    stopped.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    await held.reached()
    stopped.kill('SIGINT')
    // Nothing tells from outside that the signal was taken; it is, long before this.
    await new Promise((resolve) => setTimeout(resolve, 200))
    await held.release()
    const [code] = (await exited) as [number | null]
    assert.equal(code, 130, said)
    assert.match(said, /Stopped\. What was copied stays; the same command goes on from there\.\n$/)
    assert.equal(await countOf(to, 'events'), 10_000)
    assert.equal(await countOf(to, 'answers'), 0)

    assert.match(await refusalToServe(to), UNFINISHED)
    assert.match((await rollcall(command(to, missing(t)))).stderr, UNFINISHED)
    assert.match((await rollcall(command(from, to))).stdout, SAME)
  })

  test('it goes on only with the ledger that it was begun with, as it was then', async (t) => {
    const from = file(t)
    const to = schema()
    const held = await hold(to, 7_000)
    const killed = start(command(from, to), {})
    await held.reached()
    killed.kill('SIGKILL')
    await once(killed, 'close')
    await held.release()
    // Ends a room that was copied before as live.
    const superseding = createRoom({ session: 'next', jid: 'room49@conference.example.com' })
    const request = { command: superseding, receivedAt: T0 + 100_000_000, key: null }
    await withStore({ database: from, schema: '' }, (store) => store.submit(request))
    const { code, stderr } = await rollcall(command(from, to))
    assert.equal(code, 1)
    assert.match(
      stderr,
      /gone on since they were copied \(first difference: rooms id \d+\).*\(DATABASE_OCCUPIED\)\n$/,
    )
  })

  test('a server that starts on the source meanwhile cannot commit until the copy is over', async (t) => {
    const [from, to] = [schema(), schema()]
    await rollcall(command(file(t), from))
    const held = await hold(to, 7_000)
    const copy = rollcall(command(from, to))
    await held.reached()
    await withStore(from, async (store) => {
      const answer = store.submit({ command: createRoom({ session: 'new' }), receivedAt: T0, key: null })
      await until(async () => {
        const waiting = `select 1 from pg_stat_activity where application_name = 'rollcall writer' and wait_event_type = 'Lock'`
        return (await sql(waiting)).length > 0
      })
      await held.release()
      assert.match((await copy).stdout, SAME)
      assert.equal(await answer, 'success')
    })
    assert.equal(await countOf(from, 'rooms'), (await countOf(to, 'rooms')) + 1)
  })
})

function numberIn(pattern: RegExp, text: string): number {
  return Number(pattern.exec(text)?.[1]?.replaceAll(',', ''))
}

function countIn(path: string, table: string): number {
  if (!existsSync(path)) return 0
  try {
    const db = new Database(path, { readonly: true })
    try {
      return db.prepare(`select count(*) from ${table}`).pluck().get() as number
    } finally {
      db.close()
    }
  } catch {
    // Just being created.
    return 0
  }
}
