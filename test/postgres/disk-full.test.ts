// The disk of the database is full, and then is not any more.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { until } from '../e2e/until.ts'
import { loadUntil, status, stop } from '../faults/during.ts'
import { createLoad } from '../faults/load.ts'
import { cannotMount, smallDisk } from '../faults/small-disk.ts'
import { NOBODY, startPostgres, type Postgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'
import { holdsItsWord, query } from './held.ts'
import { create } from './say.ts'

describe('the disk of PostgreSQL', { skip: cannotMount }, () => {
  test('is full: 503 and reads, what was answered 200 is there, and it goes on once there is space', async (t) => {
    const postgres = await startPostgres('newest', { fsync: 'on' })
    t.after(() => postgres.dispose())
    const { filler } = await onSmallDisk(t, postgres)
    const database = { url: postgres.url, schema: 'full' }
    const server = await serve({ ROLLCALL_DATABASE: database.url, ROLLCALL_SCHEMA: database.schema })
    t.after(() => server.child.kill('SIGKILL'))
    const load = createLoad({ seed: Date.now() % 1_000_000, senders: 24 })
    await loadUntil(load, server, () => load.counts.refused > 100)
    assert.match(server.output(), /53100/)
    assert.equal(await status(server, '/healthz'), 200)
    assert.equal(await status(server, '/api/v1/events?limit=1000'), 200)
    await holdsItsWord(t, database, load)

    rmSync(filler)
    const { answered } = load.counts
    await loadUntil(load, server, () => load.counts.answered > answered + 500)
    await load.finish(server.url)
    const found = await holdsItsWord(t, database, load)
    t.diagnostic(`${load.counts.answered} answered 200, ${load.counts.refused} refused, ${found} calls found`)
    assert.equal(await status(server, '/readyz'), 200)
    await stop(server)
  })

  test('is full where its log lies, and it ends by itself: the same, once it is started again', async (t) => {
    let dispose = async () => {}
    // Before the disk goes.
    t.after(() => dispose())
    const { folder } = smallDisk(t, 128)
    chownSync(folder, NOBODY, NOBODY)
    const filler = join(folder, 'filler')
    const wal = join(folder, 'wal')
    const postgres = await startPostgres(
      'newest',
      { fsync: 'on' },
      { prepare: (data) => moveLog(join(data, 'pg_wal'), wal) },
    )
    dispose = () => postgres.dispose()
    const database = { url: postgres.url, schema: 'full' }
    const server = await serve({ ROLLCALL_DATABASE: database.url, ROLLCALL_SCHEMA: database.schema })
    t.after(() => server.child.kill('SIGKILL'))
    const load = createLoad({ seed: Date.now() % 1_000_000, senders: 24 })
    const over = new AbortController()
    const running = load.run(server.url, over.signal)
    await until('it is under load', () => load.counts.answered > 200, 60_000)
    fill(filler)
    // What is left of the segment would take a while.
    await query(database, 'select pg_switch_wal()').catch(() => {})
    // Those alone wait that were in the commit under way: nobody can know yet what became of it.
    await until('it is refused', async () => (await create(server, 'other')).status === 503, 60_000)
    assert.equal(await status(server, '/healthz'), 200)
    assert.equal(await status(server, '/readyz'), 503)

    rmSync(filler)
    await postgres.kill()
    await postgres.start()
    const enough = load.counts.answered + 500
    await until('it is answered again', () => load.counts.answered > enough, 60_000)
    over.abort()
    await running
    await load.finish(server.url)
    const found = await holdsItsWord(t, database, load)
    t.diagnostic(`${load.counts.answered} answered 200, ${load.counts.refused} refused, ${found} calls found`)
    await stop(server)
  })
})

function moveLog(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, to])
  rmSync(from, { recursive: true })
  symlinkSync(to, from)
}

/** Until nothing more fits. */
function fill(file: string): void {
  const chunk = Buffer.alloc(64 * 1024)
  try {
    for (;;) appendFileSync(file, chunk)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}

/** What is created from now on lies there, beside a file that can be removed. The log of PostgreSQL lies elsewhere. */
async function onSmallDisk(t: TestContext, postgres: Postgres): Promise<{ filler: string }> {
  const { folder } = smallDisk(t, 16)
  const filler = join(folder, 'filler')
  chownSync(folder, NOBODY, NOBODY)
  const database = { url: postgres.url, schema: 'public' }
  await query(database, `create tablespace small location '${folder}'`)
  await query(database, 'alter role rollcall set default_tablespace = small')
  writeFileSync(filler, Buffer.alloc(14 * 1024 * 1024))
  return { filler }
}
