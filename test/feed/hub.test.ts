// The log for many at once: what costs a query and what does not, and what becomes of readers when it cannot be read.
import assert from 'node:assert/strict'
import { join as path } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Hub, type Reader } from '../../src/feed/hub.ts'
import { createFeed } from '../../src/feed/tail.ts'
import { createTurns } from '../../src/feed/turns.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import { EVERYTHING, type Store } from '../../src/store/store.ts'
import { until } from '../e2e/until.ts'
import { createRoom, T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'

test('who comes back within seconds is given what it missed from memory', async (t) => {
  const { store, hub } = await open(t)
  const [first, back] = [reader(), reader()]
  assert.equal(await hub.admit(first), 0)
  assert.equal(hub.enter(first), true)
  await create(store, 1, 500)
  await until('it has all', () => first.seen === 500)
  assert.equal(await hub.admit(back), 500)
  back.seen = 120
  assert.equal(hub.enter(back), true)
  assert.deepEqual(back.seqs, range(121, 500))
  await create(store, 501, 501)
  await until('both have it', () => first.seen === 501 && back.seen === 501)
  assert.deepEqual([first.seqs, back.seqs], [range(1, 501), range(121, 501)])
})

test('who lacks more than memory holds is to read it first', async (t) => {
  const { store, hub } = await open(t)
  const [first, late] = [reader(), reader()]
  await hub.admit(first)
  hub.enter(first)
  await create(store, 1, 5_000)
  await until('it has all', () => first.seen === 5_000)
  await hub.admit(late)
  late.seen = 2_000
  assert.equal(hub.enter(late), false)
  const page = await hub.page(late, 1_000)
  assert.deepEqual(page?.through, 3_000)
  late.seen = 3_000
  assert.equal(hub.enter(late), true)
  assert.deepEqual(late.seqs, range(3_001, 5_000))
})

test('who has read further than the hub is given nothing twice', async (t) => {
  const { store, hub } = await open(t)
  const ahead = reader()
  await hub.admit(ahead)
  ahead.seen = 3
  assert.equal(hub.enter(ahead), true)
  await create(store, 1, 5)
  await until('it has the rest', () => ahead.seen === 5)
  assert.deepEqual(ahead.seqs, [4, 5])
})

test('reads the log for as long as somebody listens', async (t) => {
  const { store, hub, asked } = await open(t)
  const one = reader()
  await hub.admit(one)
  hub.enter(one)
  await create(store, 1, 1)
  await until('it came', () => one.seen === 1)
  hub.leave(one)
  const before = asked.events
  for (let n = 2; n <= 20; n += 1) await create(store, n, n)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.ok(asked.events <= before + 1, 'one look may have been under way')
  const next = reader()
  assert.equal(await hub.admit(next), 20)
  next.seen = 20
  hub.enter(next)
  await create(store, 21, 21)
  await until('it came', () => next.seen === 21)
  assert.deepEqual([one.seqs, next.seqs], [[1], [21]])
})

test('keeps its readers while the log cannot be read, and says so once', async (t) => {
  const { store, hub, asked, troubles } = await open(t)
  const one = reader()
  await hub.admit(one)
  hub.enter(one)
  await create(store, 1, 1)
  await until('it came', () => one.seen === 1)
  asked.fail = new StoreUnavailable('away')
  await create(store, 2, 2)
  await until('it was tried again', () => asked.failed > 2)
  asked.fail = undefined
  await until('it came', () => one.seen === 2)
  assert.deepEqual([one.seqs, one.ended, troubles.length], [[1, 2], [], 1])
})

test('ends its readers where a defect is in the way, and begins anew with the next', async (t) => {
  const { store, hub, asked, troubles } = await open(t)
  const [one, next] = [reader(), reader()]
  await hub.admit(one)
  hub.enter(one)
  asked.fail = new Error('a defect')
  await create(store, 1, 1)
  await until('it was told', () => one.ended.length > 0)
  assert.deepEqual([one.ended, troubles], [['broken'], [asked.fail]])
  hub.leave(one)
  asked.fail = undefined
  assert.equal(await hub.admit(next), 1)
  next.seen = 1
  hub.enter(next)
  await create(store, 2, 2)
  await until('it came', () => next.seen === 2)
})

test('takes nobody past its limit, nor once it is closed', async (t) => {
  const { hub } = await open(t, 2)
  const readers = [reader(), reader(), reader()] as const
  const places = await Promise.all(readers.map((one) => hub.admit(one)))
  assert.deepEqual(places, [0, 0, null])
  hub.leave(readers[0])
  hub.leave(readers[0])
  assert.equal(await hub.admit(readers[2]), 0)
  hub.close()
  assert.deepEqual(
    readers.map(({ ended }) => ended),
    [[], ['stopping'], ['stopping']],
  )
  hub.leave(readers[1])
  assert.equal(await hub.admit(readers[0]), null)
})

test('so many at a time, the others in order, also after one that failed', async () => {
  const turns = createTurns(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3].map((n) =>
    turns(async () => {
      begun.push(n)
      await new Promise<void>((resolve) => ends.push(resolve))
      if (n === 0) throw new Error('failed')
      return n
    }),
  )
  const settled = Promise.allSettled(all)
  await turn()
  assert.deepEqual(begun, [0, 1])
  for (const wanted of [
    [0, 1, 2],
    [0, 1, 2, 3],
  ]) {
    ends.shift()?.()
    await turn()
    assert.deepEqual(begun, wanted)
  }
  ends.forEach((end) => end())
  assert.deepEqual(
    (await settled).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  )
})

type Asked = { events: number; failed: number; fail: Error | undefined }

/** A real store, whose log can be made unreadable for a while. */
async function open(t: TestContext, limit = 10) {
  const lost = (error: Error) => {
    throw error
  }
  const file = path(temporaryFolder(t), 'hub.db')
  const store = await openSqlite({ path: file, queueLimit: 10_000, onLost: lost })
  const asked: Asked = { events: 0, failed: 0, fail: undefined }
  const watched: Store = {
    ...store,
    async events(query) {
      asked.events += 1
      if (asked.fail) {
        asked.failed += 1
        throw asked.fail
      }
      return store.events(query)
    },
  }
  const troubles: unknown[] = []
  const hub = new Hub({
    store: watched,
    feed: createFeed(watched),
    limit,
    format: ({ seq }) => `${seq},`,
    onTrouble: (error) => troubles.push(error),
  })
  t.after(() => {
    hub.close()
    return store.close()
  })
  return { store, hub, asked, troubles }
}

function reader(): Reader & { seqs: number[]; ended: string[] } {
  const seqs: number[] = []
  const ended: string[] = []
  return {
    filter: EVERYTHING,
    seen: 0,
    seqs,
    ended,
    give(messages, events) {
      const given = messages.toString().split(',').slice(0, -1).map(Number)
      assert.equal(given.length, events)
      seqs.push(...given)
    },
    end: (why) => void ended.push(why),
  }
}

async function create(store: Store, from: number, to: number): Promise<void> {
  const requests = range(from, to).map((n) => {
    const command = createRoom({ session: `s${n}`, jid: `r${n}@example.com` })
    return { command, receivedAt: T0, key: null }
  })
  await store.submitAll(requests)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
