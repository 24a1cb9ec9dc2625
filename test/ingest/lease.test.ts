// A host is silent only while somebody could have heard it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { watchLeases } from '../../src/ingest/lease.ts'
import { createLogger } from '../../src/ops/log.ts'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import type { Store } from '../../src/store/store.ts'
import { createRoom, heartbeat, sync } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'

const HOUR = 3_600_000
/** The watcher looks four times in this span, ms. */
const LOST_AFTER = 2_000

/** A clock that runs, and can be set. */
class Clock {
  ahead = 0
  now(): number {
    return Date.now() + this.ahead
  }
}

type Watched = { store: Store; clock: Clock; startedAt: number; lostAt: () => Promise<number> }

/** A host with a live room that has just sent a heartbeat; `before` happens before anybody watches. */
async function watch(t: TestContext, before: (clock: Clock) => void = () => {}): Promise<Watched> {
  const path = join(temporaryFolder(t), 'rollcall.db')
  const store = await openSqlite({ path, queueLimit: 100, onLost: () => {} })
  const clock = new Clock()
  for (const command of [sync(), createRoom(), heartbeat({ rooms: 1 })]) {
    await store.submit({ command, receivedAt: clock.now(), key: null })
  }
  before(clock)
  const stopping = new AbortController()
  const startedAt = Date.now()
  const options = { store, now: () => clock.now(), logger: createLogger('silent'), lostAfter: LOST_AFTER }
  const watching = watchLeases(options, stopping.signal)
  t.after(async () => {
    stopping.abort()
    await watching
    await store.close()
  })
  async function lostAt(): Promise<number> {
    while ((await store.room('s1'))?.endReason !== 'lost') await pause(20)
    return Date.now()
  }
  return { store, clock, startedAt, lostAt }
}

test('a host that was last heard long before the server started gets its time to be heard', async (t) => {
  const { startedAt, lostAt } = await watch(t, (clock) => {
    clock.ahead = HOUR
  })
  assert.ok((await lostAt()) - startedAt >= LOST_AFTER)
})

test('a machine that slept gives its hosts their time again', async (t) => {
  const { clock, lostAt } = await watch(t)
  clock.ahead = HOUR
  const wokenAt = Date.now()
  assert.ok((await lostAt()) - wokenAt >= LOST_AFTER)
})
