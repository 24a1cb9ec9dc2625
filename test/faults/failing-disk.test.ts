// What the system refuses while the server runs: no 200 without the disk, nothing by half, no restart needed.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { temporaryFolder } from '../support/folder.ts'
import { serve, type Running } from '../support/process.ts'
import { holdsItsWord, kill, loadUntil, status, stop } from './during.ts'
import { cannotFail, serveFaulty, type Fault, type Faulty } from './failing.ts'
import { createLoad, type Load } from './load.ts'

const FSYNC = 'posix/io/sync/fsync'
const WRITE = 'posix/io/rw/pwrite'

describe('a disk that fails', { skip: cannotFail }, () => {
  const faults: [title: string, fault: Fault, errno: 'EIO' | 'ENOSPC' | 'EROFS'][] = [
    ['fsync fails (EIO)', FSYNC, 'EIO'],
    ['writing fails (EIO)', WRITE, 'EIO'],
    ['the disk is full (ENOSPC)', WRITE, 'ENOSPC'],
    ['the file system is read-only (EROFS)', WRITE, 'EROFS'],
  ]
  for (const [title, fault, errno] of faults) {
    test(`while ${title} not one write is answered 200, reads are, and it goes on without a restart`, async (t) => {
      const { file, load, server } = await underLoad(t)
      await server.fail(fault, errno)
      const { answered } = load.counts
      await loadUntil(load, server, () => load.counts.refused > 100)
      assert.equal(load.counts.answered, answered)
      assert.equal(await status(server, '/readyz'), 503)
      assert.equal(await status(server, '/healthz'), 200)
      assert.equal(await status(server, '/api/v1/rooms'), 200)
      holdsItsWord(file, load)
      await server.heal(fault)
      assert.equal(await status(server, '/readyz'), 200)
      await loadUntil(load, server, () => load.counts.answered > answered + 500)
      await load.finish(server.url)
      holdsItsWord(file, load)
      await stop(server)
      await afterRestart(t, file, load)
    })
  }

  test('what was refused because fsync failed is not brought back by kill -9', async (t) => {
    const { folder, file, load, server } = await underLoad(t)
    let running = server
    for (let round = 0; round < 3; round += 1) {
      const { refused } = load.counts
      await running.fail(FSYNC, 'EIO')
      await loadUntil(load, running, () => load.counts.refused > refused + 60 + round)
      await kill(running)
      running = await serveFaulty(file, folder)
      t.after(() => kill(running))
      holdsItsWord(file, load)
    }
    await load.finish(running.url)
    holdsItsWord(file, load)
  })

  test('a batch of 1,000 is applied whole or not at all when the disk fails in its midst', async (t) => {
    const { folder, file, load, server } = await underLoad(t, { senders: 4, batches: 1, batchSize: 1_000 })
    let running = server
    for (let round = 0; round < 3; round += 1) {
      const { answered, refused } = load.counts
      // Such a batch writes 2,500 times: half of them meet a write that fails, and which one is chance.
      await running.fail(FSYNC, 'EIO', 0.3)
      await running.fail(WRITE, 'EIO', 0.0003)
      await running.fail('posix/io/rw/pwrite/reduce', 'EIO', 0.01)
      await loadUntil(
        load,
        running,
        () => load.counts.refused > refused + 5 && load.counts.answered > answered + 3,
      )
      holdsItsWord(file, load)
      await loadUntil(load, running, () => load.counts.answered > answered + 4 + round)
      await kill(running)
      running = await serveFaulty(file, folder)
      t.after(() => kill(running))
      holdsItsWord(file, load)
    }
    await load.finish(running.url)
    holdsItsWord(file, load)
  })
})

type World = { folder: string; file: string; load: Load; server: Faulty }

async function underLoad(
  t: TestContext,
  options: Partial<Parameters<typeof createLoad>[0]> = {},
): Promise<World> {
  const folder = temporaryFolder(t)
  const file = join(folder, 'rollcall.db')
  const seed = Date.now() % 1_000_000
  t.diagnostic(`seed ${seed}`)
  const load = createLoad({ seed, senders: 24, ...options })
  const server = await serveFaulty(file, folder)
  t.after(() => kill(server))
  await loadUntil(load, server, () => load.counts.answered > (options.batches ? 2 : 200))
  return { folder, file, load, server }
}

async function afterRestart(t: TestContext, file: string, load: Load): Promise<void> {
  const again: Running = await serve({ ROLLCALL_DATABASE: file })
  t.after(() => kill(again))
  assert.equal(await status(again, '/readyz'), 200)
  holdsItsWord(file, load)
}
