// Following the log of a store: from anywhere, in order, and as it comes.
import assert from 'node:assert/strict'
import { join as path } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createFeed, type Feed } from '../../src/feed/tail.ts'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import type { EventRecord, Store } from '../../src/store/store.ts'
import { until } from '../e2e/until.ts'
import { createRoom, T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'

test('gives what is there already, then what comes, in order and once', async (t) => {
  const store = await open(t)
  await create(store, 1, 700)
  const { seen, pages } = follow(t, createFeed(store), 0)
  await until('it has what is there', () => seen.length === 700)
  assert.ok(pages.every((size) => size > 0 && size <= 500))
  for (let n = 701; n <= 750; n += 1) await create(store, n, n)
  await until('it has what came', () => seen.length === 750)
  assert.deepEqual(
    seen,
    Array.from({ length: 750 }, (_, n) => n + 1),
  )
})

test('begins after the event that it is told', async (t) => {
  const store = await open(t)
  await create(store, 1, 10)
  const { seen } = follow(t, createFeed(store), 7)
  await until('it has the rest', () => seen.length === 3)
  await create(store, 11, 11)
  await until('it has what came', () => seen.length === 4)
  assert.deepEqual(seen, [8, 9, 10, 11])
})

test('gives the same to all who follow, whatever their pace', async (t) => {
  const store = await open(t)
  const feed = createFeed(store)
  const all = [0, 5, 30].map((pace) => follow(t, feed, 0, pace))
  for (let n = 1; n <= 60; n += 1) await create(store, n, n)
  for (const { seen } of all) {
    await until('it has all', () => seen.length === 60)
    assert.deepEqual(
      seen,
      Array.from({ length: 60 }, (_, n) => n + 1),
    )
  }
})

test('gives what was committed while its page was read', async (t) => {
  const store = await open(t)
  const feed = createFeed(store)
  const { seen } = follow(t, feed, 0)
  // No pause between them: some arrive between a read that found nothing and the wait that follows.
  await Promise.all(Array.from({ length: 300 }, async (_, n) => create(store, n + 1, n + 1)))
  const began = Date.now()
  await until('it has all', () => seen.length === 300)
  assert.ok(Date.now() - began < 4_000, 'it was woken, and did not look by itself')
})

test('looks by itself where it was not told', async (t) => {
  const [store, deaf] = await opened(t)
  await create(store, 1, 1)
  const { seen } = follow(t, createFeed(deaf), 0)
  await until('it waits', () => seen.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await create(store, 2, 2)
  await until('it has looked', () => seen.length === 2)
})

test('ends when it is told to, also while nothing comes', async (t) => {
  const store = await open(t)
  const over = new AbortController()
  const pages: EventRecord[][] = []
  const reading = (async () => {
    for await (const page of createFeed(store).follow(0, over.signal)) pages.push(page)
  })()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const began = Date.now()
  over.abort()
  await reading
  assert.ok(Date.now() - began < 4_000, 'it was woken, and did not look by itself')
  assert.deepEqual(pages, [])
})

async function open(t: TestContext): Promise<Store> {
  const [store] = await opened(t)
  return store
}

/** A store, and the same where nobody is told anything. */
async function opened(t: TestContext): Promise<[Store, Store]> {
  const lost = (error: Error) => {
    throw error
  }
  const file = path(temporaryFolder(t), 'feed.db')
  const store = await openSqlite({ path: file, queueLimit: 10_000, onLost: lost })
  t.after(() => store.close())
  return [store, { ...store, onAppend: () => {} }]
}

function follow(t: TestContext, feed: Feed, after: number, pace = 0) {
  const over = new AbortController()
  const seen: number[] = []
  const pages: number[] = []
  const reading = (async () => {
    for await (const page of feed.follow(after, over.signal)) {
      seen.push(...page.map(({ seq }) => seq))
      pages.push(page.length)
      if (pace > 0) await new Promise((resolve) => setTimeout(resolve, pace))
    }
  })()
  t.after(async () => {
    over.abort()
    await reading
  })
  return { seen, pages }
}

async function create(store: Store, from: number, to: number): Promise<void> {
  const requests = Array.from({ length: to - from + 1 }, (_, index) => {
    const n = from + index
    const command = createRoom({ session: `s${n}`, jid: `r${n}@example.com` })
    return { command, receivedAt: T0, key: null }
  })
  await store.submitAll(requests)
}
