// What streams show is the log, on every engine: whatever is written meanwhile, and however often they break.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { until } from '../e2e/until.ts'
import { kill } from '../faults/during.ts'
import { createRoom, join, leave, T0 } from '../support/commands.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'
import { Random } from '../support/random.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openStream } from '../support/stream.ts'

/** How many readers come, break off and come back, and for how long there is news, ms. */
const READERS = 12
const LONG = 4_000
const FILTERS = [
  '',
  '&session=m1',
  '&type=occupant.left,room.created',
  '&host=h.example.com',
  '&room=m2@h.example.com',
]

describe('streams of a ledger on SQLite', () => {
  test('show the log, each event once and in order, through writes and broken connections', (t) =>
    showTheLog(t, {}))
})

describe('streams of a ledger on PostgreSQL', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest')
  })
  after(() => postgres.dispose())

  test('show the log, each event once and in order, through writes and broken connections', (t) =>
    showTheLog(t, database('resume')))

  test('show on one instance what came in through another', async (t) => {
    const one = await startServer({ settings: database('two') })
    t.after(() => one.stop())
    const other = await serve(database('two'))
    t.after(() => kill(other))
    await one.store.submit({ command: createRoom(), receivedAt: T0, key: null })
    const client = await openStream(t, other, { query: '?after=0' })
    await one.store.submit({ command: join(), receivedAt: T0, key: null })
    await until('it came', () => client.seqs().length === 2, 4_000)
    assert.deepEqual(client.seqs(), [1, 2])
  })

  test('stay open while the database is away, and go on when it is back', async (t) => {
    const server = await startServer({ settings: { ...database('away'), ROLLCALL_STREAM_HEARTBEAT: '1' } })
    t.after(() => server.stop())
    const said = (command: Parameters<typeof server.store.submit>[0]['command']) =>
      server.store.submit({ command, receivedAt: T0, key: null })
    await said(createRoom())
    const client = await openStream(t, server)
    await said(join())
    await until('it came', () => client.seqs().length === 1)
    await postgres.kill()
    const before = client.comments()
    await until('it lives', () => client.comments() > before + 1)
    const refused = await fetch(`${server.url}/api/v1/events`, { headers: { accept: 'text/event-stream' } })
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
    await refused.text()
    await postgres.start()
    await until('it can be written again', () => said(leave()).catch(() => undefined), 30_000)
    await until('it came', () => client.seqs().length === 2)
    assert.deepEqual(client.seqs(), [2, 3])
  })

  function database(schema: string): Record<string, string> {
    return { ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: schema }
  }
})

async function showTheLog(t: TestContext, settings: Record<string, string>): Promise<void> {
  const seed = Date.now() % 1_000_000
  t.diagnostic(`seed ${seed}`)
  const server = await startServer({ settings })
  t.after(() => server.stop())
  const over = new AbortController()
  // A reader that knew of the end before the last write was answered would not wait for it.
  const written = new AbortController()
  const writing = Promise.all([0, 1, 2, 3].map((n) => write(server, n, over.signal)))
  const readers = Array.from({ length: READERS }, (_, n) =>
    read(t, server, {
      random: new Random(seed + n),
      filter: FILTERS[n % FILTERS.length] ?? '',
      written: written.signal,
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, LONG))
  over.abort()
  await writing
  written.abort()
  let breaks = 0
  for (const reader of readers) {
    const { seqs, filter, connections } = await reader
    breaks += connections - 1
    assert.deepEqual(seqs, await fitting(server, filter), `with ${filter || 'no filter'}`)
  }
  const last = await server.store.last()
  assert.ok(breaks > READERS && last > 100)
  t.diagnostic(`${last} events, ${READERS} readers, ${breaks} times broken off`)
}

type Reading = { random: Random; filter: string; written: AbortSignal }

/** Hangs up at random, now and then for long enough that memory alone does not do, and comes back with the last id. */
async function read(t: TestContext, server: TestServer, { random, filter, written }: Reading) {
  const seqs: number[] = []
  let connections = 0
  let last = '0'
  for (;;) {
    const resumed = connections > 0 ? { lastEventId: last } : {}
    const client = await openStream(t, server, { query: `?after=0${filter}`, ...resumed })
    connections += 1
    const ending = written.aborted
    if (ending) {
      const wanted = await fitting(server, filter)
      await until('it has the rest', () => seqs.length + client.seqs().length >= wanted.length)
    } else await pause(random.between(0, 300))
    client.leave()
    seqs.push(...client.seqs())
    last = client.lastId() || last
    if (ending) return { seqs, filter, connections }
    await pause(random.chance(0.2) ? random.between(300, 900) : random.between(0, 30))
  }
}

/** Joins and leaves in a room of its own, several at once now and then. */
async function write({ store }: TestServer, n: number, over: AbortSignal): Promise<void> {
  const roomJid = `m${n}@h.example.com`
  const submit = (...commands: Parameters<typeof store.submit>[0]['command'][]) =>
    store.submitAll(commands.map((command) => ({ command, receivedAt: T0, key: null })))
  await submit(createRoom({ session: `m${n}`, jid: roomJid }))
  for (let round = 0; !over.aborted; round += 1) {
    const people = Array.from({ length: round % 10 === 0 ? 100 : 1 }, (_, index) => ({
      roomJid,
      jid: `${round}-${index}@example.com`,
    }))
    await submit(...people.map(join))
    await submit(...people.map(leave))
    await pause(5)
  }
}

/** By pages of JSON, which are filtered by the store. */
async function fitting(server: TestServer, filter: string): Promise<number[]> {
  const seqs: number[] = []
  let after: string | null = '0'
  while (after !== null) {
    const response: Response = await fetch(`${server.url}/api/v1/events?limit=1000&after=${after}${filter}`)
    const page = (await response.json()) as { events: { seq: number }[]; next: string | null }
    seqs.push(...page.events.map(({ seq }) => seq))
    after = page.next
  }
  return seqs
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
