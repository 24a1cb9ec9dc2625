// Disks that are really full, or really read-only, and then are not any more.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { holdsItsWord, kill, loadUntil, status, stop } from './during.ts'
import { createLoad, type Load } from './load.ts'
import { cannotLoop, cannotMount, smallDisk, smallExt4 } from './small-disk.ts'

describe('a small disk', { skip: cannotMount }, () => {
  test('it answers 503 and reads, keeps what it answered 200, and goes on once there is space', async (t) => {
    const { disk, file, filler, load, server } = await onAFullDisk(t)
    assert.equal(await status(server, '/healthz'), 200)
    assert.equal(await status(server, '/readyz'), 503)
    assert.equal(await status(server, '/api/v1/events?limit=1000'), 200)
    holdsItsWord(file, load)
    rmSync(filler)
    assert.equal(await status(server, '/readyz'), 200)
    const { answered } = load.counts
    await loadUntil(load, server, () => load.counts.answered > answered + 1_000)
    await load.finish(server.url)
    holdsItsWord(file, load)
    await stop(server)
    const again = await disk.serve(file)
    holdsItsWord(file, load)
    await stop(again)
  })

  test('killed while the disk is full, it has everything once there is space', async (t) => {
    const { disk, file, filler, load, server } = await onAFullDisk(t)
    await kill(server)
    rmSync(filler)
    const again = await disk.serve(file)
    holdsItsWord(file, load)
    await load.finish(again.url)
    holdsItsWord(file, load)
  })

  test(
    'on a file system that the kernel made read-only it answers 503 and reads, and loses nothing',
    { skip: cannotLoop },
    async (t) => {
      const disk = smallExt4(t, 32)
      const file = join(disk.folder, 'rollcall.db')
      const load = newLoad(t)
      const server = await disk.serve(file)
      await loadUntil(load, server, () => load.counts.answered > 200)
      disk.goReadOnly()
      assert.throws(() => writeFileSync(join(disk.folder, 'other'), ''), { code: 'EROFS' })
      const { answered } = load.counts
      await loadUntil(load, server, () => load.counts.refused > 100)
      assert.equal(load.counts.answered, answered)
      assert.equal(await status(server, '/readyz'), 503)
      assert.equal(await status(server, '/api/v1/rooms'), 200)
      holdsItsWord(file, load)
      await kill(server)
      disk.mountAgain()
      const again = await disk.serve(file)
      await load.finish(again.url)
      holdsItsWord(file, load)
    },
  )
})

/** A server whose load has filled the disk, beside a file that can be removed. */
async function onAFullDisk(t: TestContext) {
  const disk = smallDisk(t, 16)
  const file = join(disk.folder, 'rollcall.db')
  const filler = join(disk.folder, 'filler')
  writeFileSync(filler, Buffer.alloc(13 * 1024 * 1024))
  const load = newLoad(t)
  const server = await disk.serve(file)
  await loadUntil(load, server, () => load.counts.refused > 500)
  return { disk, file, filler, load, server }
}

function newLoad(t: TestContext): Load {
  const seed = Date.now() % 1_000_000
  t.diagnostic(`seed ${seed}`)
  return createLoad({ seed, senders: 24 })
}
