// 503: when the store cannot commit, nothing was applied, and it goes on once it can.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Database from 'better-sqlite3'
import { startServer, type TestServer } from '../support/server.ts'

const BUSY = {
  status: 'busy',
  message: 'the ledger cannot commit right now; nothing was applied, ask again',
}

test('a commit that cannot start is answered 503 with Retry-After, and has applied nothing', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const release = holdTheLock(server)
  const answers = await Promise.all([create(server, 's1'), create(server, 's2')])
  release()
  for (const { status, body, retryAfter } of answers) {
    assert.equal(status, 503)
    assert.deepEqual(body, BUSY)
    assert.equal(retryAfter, '1')
  }
  assert.deepEqual(await sessions(server), [])
  assert.equal((await create(server, 's1')).status, 200)
  assert.deepEqual(await sessions(server), ['s1'])
})

test('past the queue limit the answer is 503 at once, and those before it are decided', async (t) => {
  const server = await startServer({ settings: { ROLLCALL_QUEUE_LIMIT: '5' } })
  t.after(() => server.stop())
  const release = holdTheLock(server)
  const first = create(server, 'first')
  await waiting(server, 0, first)
  const queued = Array.from({ length: 5 }, (_, n) => create(server, `queued-${n}`))
  while (server.store.waiting() < 5) await turn()
  const refused = await Promise.all(Array.from({ length: 20 }, (_, n) => create(server, `refused-${n}`)))
  assert.deepEqual([...new Set(refused.map(({ status }) => status))], [503])
  release()
  assert.deepEqual(
    (await Promise.all([first, ...queued])).map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  )
  assert.equal((await sessions(server)).length, 6)
})

test('memory stays flat while far more is asked than can wait', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const release = holdTheLock(server)
  const ask = (n: number) => server.store.submit({ command: room(n), receivedAt: 0, key: null })
  // The first commit takes up to a thousand; after this many the queue is full.
  const taken = Promise.allSettled(Array.from({ length: 12_000 }, (_, n) => ask(n)))
  await turn()
  void Promise.allSettled(Array.from({ length: 2_000 }, (_, n) => ask(20_000 + n)))
  assert.equal(server.store.waiting(), 10_000)
  const before = heapUsed()
  // All of it within the 5 s that a commit waits for the lock, on a busy machine too.
  for (let round = 0; round < 10; round += 1) {
    const refused = await Promise.allSettled(Array.from({ length: 5_000 }, (_, n) => ask(100_000 + n)))
    assert.ok(refused.every(({ status }) => status === 'rejected'))
  }
  const grown = heapUsed() - before
  release()
  assert.ok(grown < 4 * 1024 * 1024, `grew by ${grown} bytes over 50,000 refused commands`)
  const decided = (await taken).filter(({ status }) => status === 'fulfilled')
  assert.ok(decided.length >= 10_000)
})

test('readyz says 503 while the store cannot write, and 200 again after', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const release = holdTheLock(server)
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  release()
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
})

/** Another process that writes the file for longer than a commit waits, as a careless backup would. */
function holdTheLock({ databasePath }: TestServer): () => void {
  const db = new Database(databasePath)
  db.exec('begin immediate')
  return () => db.close()
}

async function create({ url }: TestServer, session: string) {
  const response = await fetch(`${url}/api/v1/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: session, session, jid: `${session}@conference.example.com` }),
  })
  return {
    status: response.status,
    body: await response.json(),
    retryAfter: response.headers.get('retry-after'),
  }
}

async function sessions({ url }: TestServer): Promise<string[]> {
  const { rooms } = (await (await fetch(`${url}/api/v1/rooms`)).json()) as { rooms: { session: string }[] }
  return rooms.map(({ session }) => session)
}

function room(n: number) {
  const at = { kind: null, parentJid: null, at: null }
  return { type: 'create-room' as const, session: `m${n}`, jid: `m${n}@example.com`, name: 'm', ...at }
}

/** Until the first request is in a commit, and so no longer waits. */
async function waiting({ store }: TestServer, count: number, first: Promise<unknown>): Promise<void> {
  const early = await Promise.race([
    first.then(() => true),
    new Promise((resolve) => setTimeout(resolve, 300)),
  ])
  assert.notEqual(early, true)
  assert.equal(store.waiting(), count)
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
