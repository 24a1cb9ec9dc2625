// Group commit, seen from those who wait.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatcher, type Batcher } from '../../src/store/batcher.ts'
import { StoreBusy, StoreUnavailable } from '../../src/store/errors.ts'

test('what arrives while a commit is under way shares the next one', async () => {
  const { batcher, batches, finish } = slow()
  const first = one(batcher, 1)
  await started(batches, 1)
  const rest = Promise.all([one(batcher, 2), one(batcher, 3)])
  finish()
  assert.equal(await first, 10)
  await started(batches, 2)
  finish()
  assert.deepEqual(await rest, [20, 30])
  assert.deepEqual(batches, [[1], [2, 3]])
})

test('a batch holds no more than its size, in order of arrival', async () => {
  const batches: number[][] = []
  const batcher = createBatcher(committing(batches), { limit: 100, size: 2 })
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map((item) => one(batcher, item))), [10, 20, 30, 40, 50])
  assert.deepEqual(batches, [[1, 2], [3, 4], [5]])
})

test('a commit that had to wait before it began takes what has come meanwhile, up to the size of a batch', async () => {
  const batches: number[][] = []
  const begin = Promise.withResolvers<void>()
  const batcher = createBatcher(
    async (items: number[], more) => {
      await begin.promise
      const own = items.length
      const added = more()
      assert.deepEqual(items.slice(own), added)
      return committing(batches)(items)
    },
    { limit: 100, size: 4 },
  )
  const first = one(batcher, 1)
  await new Promise((resolve) => setTimeout(resolve, 10))
  const later = [batcher.submit([2, 3]), batcher.submit([4]), batcher.submit([5])]
  assert.equal(batcher.waiting(), 4)
  begin.resolve()
  assert.deepEqual([await first, ...(await Promise.all(later))], [10, [20, 30], [40], [50]])
  assert.deepEqual(batches, [[1, 2, 3, 4], [5]])
})

test('what was added to a batch shares its fate', async () => {
  const batches: number[][] = []
  const begin = Promise.withResolvers<void>()
  const batcher = createBatcher(
    async (items: number[], more) => {
      await begin.promise
      more()
      if (items.length > 1 || items[0] === 2) throw new Error(`met by ${items.join()}`)
      return committing(batches)(items)
    },
    { limit: 100, size: 100 },
  )
  const first = one(batcher, 1)
  await new Promise((resolve) => setTimeout(resolve, 10))
  const later = [one(batcher, 2), one(batcher, 3)]
  begin.resolve()
  const [refused, other] = await Promise.allSettled(later)
  assert.deepEqual([await first, other], [10, { status: 'fulfilled', value: 30 }])
  assert.ok(refused?.status === 'rejected' && (refused.reason as Error).message === 'met by 2')
  assert.deepEqual(batches, [[1], [3]])
})

test('only those who wait count against the limit', async () => {
  const { batcher, batches, finish } = slow({ limit: 2 })
  const first = one(batcher, 1)
  await started(batches, 1)
  const waiting = [one(batcher, 2), one(batcher, 3)]
  assert.equal(batcher.waiting(), 2)
  await assert.rejects(one(batcher, 4), StoreBusy)
  finish()
  await first
  await started(batches, 2)
  const after = one(batcher, 5)
  finish()
  await Promise.all(waiting)
  await started(batches, 3)
  finish()
  assert.equal(await after, 50)
})

test('a commit that the store could not make is refused whole, and the next one goes on', async () => {
  let broken = true
  const batches: number[][] = []
  const batcher = createBatcher(
    async (items: number[]) => {
      if (broken) throw new StoreUnavailable('disk full')
      return committing(batches)(items)
    },
    { limit: 100, size: 100 },
  )
  const refused = await Promise.allSettled([1, 2].map((item) => one(batcher, item)))
  assert.ok(refused.every((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailable))
  assert.deepEqual(batches, [])
  broken = false
  assert.equal(await one(batcher, 3), 30)
})

test('a defect that one item meets does not take the others with it', async () => {
  const batches: number[][] = []
  const batcher = createBatcher(
    async (items: number[]) => {
      if (items.includes(2)) throw new TypeError('a defect')
      return committing(batches)(items)
    },
    { limit: 100, size: 100 },
  )
  const settled = await Promise.allSettled([1, 2, 3].map((item) => one(batcher, item)))
  assert.deepEqual(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
    [10, 'TypeError: a defect', 30],
  )
  assert.deepEqual(batches, [[1], [3]])
})

test('closing waits for what was submitted and takes nothing more', async () => {
  const { batcher, batches, finish } = slow()
  const first = one(batcher, 1)
  await started(batches, 1)
  const second = one(batcher, 2)
  const closed = batcher.close()
  await assert.rejects(one(batcher, 3), StoreUnavailable)
  finish()
  await started(batches, 2)
  finish()
  await closed
  assert.deepEqual(await Promise.all([first, second]), [10, 20])
})

test('closing what is idle resolves at once', async () => {
  await slow().batcher.close()
})

test('a group is committed in one piece and in order, even where it exceeds the size of a batch', async () => {
  const batches: number[][] = []
  const batcher = createBatcher(committing(batches), { limit: 100, size: 2 })
  const answers = await Promise.all([
    one(batcher, 1),
    batcher.submit([2, 3, 4]),
    one(batcher, 5),
    batcher.submit([]),
  ])
  assert.deepEqual(answers, [10, [20, 30, 40], 50, []])
  assert.deepEqual(batches, [[1, 2, 3, 4], [5]])
})

/** A commit that ends when `finish` is called. */
function slow({ limit = 100 } = {}) {
  const batches: number[][] = []
  const finishers: (() => void)[] = []
  const batcher = createBatcher(
    (items: number[]) =>
      new Promise<number[]>(
        (resolve) => finishers.push(() => resolve(items.map(tenfold))) && batches.push(items),
      ),
    { limit, size: 100 },
  )
  return { batcher, batches, finish: () => finishers.shift()?.() }
}

async function one(batcher: Batcher<number, number>, item: number): Promise<number | undefined> {
  return (await batcher.submit([item]))[0]
}

function committing(batches: number[][]): (items: number[]) => Promise<number[]> {
  return async (items) => {
    batches.push(items)
    return items.map(tenfold)
  }
}

function tenfold(item: number): number {
  return item * 10
}

async function started(batches: number[][], count: number): Promise<void> {
  for (let turn = 0; batches.length < count; turn += 1) {
    assert.ok(turn < 1_000, `commit ${count} never started`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
