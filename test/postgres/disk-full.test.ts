// The disk of the database is full, and then is not any more.
import assert from 'node:assert/strict'
import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { loadUntil, status, stop } from '../faults/during.ts'
import { createLoad } from '../faults/load.ts'
import { cannotMount, smallDisk } from '../faults/small-disk.ts'
import { NOBODY, startPostgres, type Postgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'
import { holdsItsWord, query } from './held.ts'

describe('the disk of PostgreSQL', { skip: cannotMount }, () => {
  test('is full: 503 and reads, what was answered 200 is there, and it goes on once there is space', async (t) => {
    const postgres = await startPostgres('newest')
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
})

/** What is created from now on lies there, beside a file that can be removed. The log of PostgreSQL lies elsewhere. */
async function onSmallDisk(t: TestContext, postgres: Postgres): Promise<{ filler: string }> {
  const { folder } = smallDisk(t, 16)
  // Before the disk goes.
  t.after(() => postgres.dispose())
  const filler = join(folder, 'filler')
  chownSync(folder, NOBODY, NOBODY)
  const database = { url: postgres.url, schema: 'public' }
  await query(database, `create tablespace small location '${folder}'`)
  await query(database, 'alter role rollcall set default_tablespace = small')
  writeFileSync(filler, Buffer.alloc(14 * 1024 * 1024))
  return { filler }
}
