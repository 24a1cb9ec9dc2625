// Several instances on one database: one log for all of them, seen by each at once, and the rest goes on when one dies.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { createFeed } from '../../src/feed/tail.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import type { EventRecord, Store } from '../../src/store/store.ts'
import { until } from '../e2e/until.ts'
import { kill, stop } from '../faults/during.ts'
import { createLoad } from '../faults/load.ts'
import { createRoom, join as joins, leave, T0 } from '../support/commands.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { serve, type Running } from '../support/process.ts'
import { startBalancer } from './balancer.ts'
import { holdsItsWord, query } from './held.ts'
import { create, join } from './say.ts'

/** How long four instances write, ms. */
const LONG = process.env['ROLLCALL_TEST_LONG'] ? 60_000 : 12_000

describe('instances on one PostgreSQL', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest', { max_connections: '200' })
  })
  after(() => postgres.dispose())

  test('that start at the same moment on an empty database: one of them makes the tables', async (t) => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(t, 'together')))
    const versions = await query(database('together'), 'select version from rollcall_schema order by version')
    assert.deepEqual(versions.at(-1), { version: versions.length })
    const answers = await Promise.all(stores.map((store, n) => submit(store, room(n))))
    assert.deepEqual([...new Set(answers)], ['success'])
  })

  test('of two schemas: neither sees the other, nor hears of it', async (t) => {
    const [one, two] = [await open(t, 'one'), await open(t, 'two')]
    const heard: number[] = []
    const quiet = { leads: 0 }
    two.onAppend((seq) => heard.push(seq))
    for (const store of [one, two]) store.lead(async () => void (quiet.leads += 1))
    await until('it listens', () => heard.length > 0)
    heard.length = 0
    for (const n of [2, 3, 4]) await submit(one, room(n))
    await until('each has its own lead', () => quiet.leads === 2)
    assert.equal(await two.room('room-2'), null)
    assert.equal(await submit(two, createRoom()), 'success')
    await until('it hears of its own', () => heard.length > 0)
    assert.deepEqual([...new Set(heard)], [1])
  })

  test('four that write and four that read: every reader sees the same log, in order, without gaps', async (t) => {
    const schema = 'many'
    const servers = [await start(schema), await start(schema)]
    const stores = await Promise.all([1, 2].map(() => open(t, schema)))
    const readers = await Promise.all([1, 2, 3, 4].map(async () => follow(t, await open(t, schema))))
    const balancer = await startBalancer(servers.map(({ url }) => url))
    t.after(() => balancer.stop())
    const load = createLoad({ seed: Date.now() % 1_000_000 })
    const over = new AbortController()
    const writing = [
      load.run(balancer.url, over.signal),
      ...stores.map((store, n) => write(store, n, over.signal)),
    ]
    await new Promise((resolve) => setTimeout(resolve, LONG))
    over.abort()
    await Promise.all(writing)
    assert.deepEqual([load.counts.refused, load.wrong], [0, []])
    const [{ last } = { last: '0' }] = await query<{ last: string }>(
      database(schema),
      'select max(seq) as last from events',
    )
    for (const { seen } of readers) await until('it has seen all', () => seen.length >= Number(last))
    const [first, ...others] = readers.map(({ seen }) =>
      seen.map(({ seq, type, session }) => `${seq} ${type} ${session}`),
    )
    assert.deepEqual(
      readers[0]?.seen.map(({ seq }) => seq),
      Array.from({ length: Number(last) }, (_, n) => n + 1),
    )
    for (const other of others) assert.deepEqual(other, first)
    t.diagnostic(`${last} events of four instances in ${LONG / 1_000} s`)
    for (const server of servers) await stop(server)
  })

  test('a join through one is seen on the feed of another', async (t) => {
    const server = await start('latency')
    const { seen } = follow(t, await open(t, 'latency'))
    await create(server, 'daily')
    const times: number[] = []
    for (let n = 0; n < 200; n += 1) {
      const began = performance.now()
      void join(server, 'daily', `${n}@example.com`)
      while (seen.length < n + 2) await new Promise((resolve) => setImmediate(resolve))
      times.push(performance.now() - began)
    }
    const sorted = times.toSorted((one, other) => one - other)
    const [median = 0, p99 = 0] = [sorted[100], sorted[198]]
    t.diagnostic(`from sending to seen: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    assert.ok(median < 1_000)
    await stop(server)
  })

  test('a connection that listens and is lost: it is noticed, and nothing is missing on the feed', async (t) => {
    const [writer, reader] = [await open(t, 'deaf'), await open(t, 'deaf')]
    const { seen } = follow(t, reader)
    const told: number[] = []
    reader.onAppend((seq) => told.push(seq))
    await submit(writer, createRoom())
    await until('it hears', () => told.includes(1))
    for (let round = 0; round < 5; round += 1) {
      await query(
        database('deaf'),
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rollcall listener'",
      )
      for (let n = 0; n < 10; n += 1) await submit(writer, room(round * 10 + n))
      await until('it is told what it has missed', () => told.includes(1 + (round + 1) * 10))
    }
    await until('it is seen', () => seen.length === 51)
    assert.deepEqual(
      seen.map(({ seq }) => seq),
      Array.from({ length: 51 }, (_, n) => n + 1),
    )
  })

  test('of three, one leads; when it dies another does, and never two', async (t) => {
    const schema = 'lead'
    const leader = await start(schema)
    await until('it leads', async () => (await leads(schema)).length === 1)
    const state = { running: 0, most: 0, began: 0 }
    const stores = await Promise.all([1, 2].map(() => open(t, schema)))
    for (const store of stores) store.lead((signal) => work(state, signal))
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    assert.equal(state.began, 0)

    await kill(leader)
    const killed = Date.now()
    await until('another leads', () => state.began === 1)
    t.diagnostic(`another leads ${Date.now() - killed} ms after kill -9`)
    for (let round = 2; round <= 3; round += 1) {
      const [holder] = await leads(schema)
      await query(database(schema), `select pg_terminate_backend(${holder?.pid})`)
      await until('one leads again', () => state.began === round)
    }
    assert.deepEqual([state.running, state.most, (await leads(schema)).length], [1, 1, 1])
  })

  test('two behind a load balancer, one killed under load: the other goes on, and every 200 is true', async (t) => {
    const schema = 'balanced'
    let servers = [await start(schema), await start(schema)]
    const load = createLoad({ seed: Date.now() % 1_000_000 })
    for (let round = 0; round < 3; round += 1) {
      const balancer = await startBalancer(servers.map(({ url }) => url))
      t.after(() => balancer.stop())
      const over = new AbortController()
      const running = load.run(balancer.url, over.signal)
      const enough = load.counts.answered + 300
      await until('it is under load', () => load.counts.answered > enough, 60_000)
      const [victim, other] = servers as [Running, Running]
      await kill(victim)
      assert.equal((await create(other, `alone-${round}`)).status, 200)
      over.abort()
      await running
      await holdsItsWord(t, database(schema), load)
      servers = [other, await start(schema)]
    }
    await load.finish(servers[0]?.url ?? '')
    const found = await holdsItsWord(t, database(schema), load)
    t.diagnostic(
      `3 kills, ${load.counts.answered} answered 200, ${load.counts.refused} refused, ${found} calls found`,
    )
    for (const server of servers) await stop(server)
  })

  function database(schema: string) {
    return { url: postgres.url, schema }
  }

  async function start(schema: string): Promise<Running> {
    return serve({ ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: schema })
  }

  async function open(t: TestContext, schema: string): Promise<Store> {
    const store = await openPostgres({ url: postgres.url, schema, queueLimit: 10_000 })
    t.after(() => store.close())
    return store
  }

  /** The backends that hold the lead of this schema. */
  function leads(schema: string): Promise<{ pid: number }[]> {
    const sql = `select pid from pg_locks where locktype = 'advisory' and granted
      and classid::bigint = hashtext('rollcall lead')::bigint & 4294967295
      and objid::bigint = hashtext('${schema}')::bigint & 4294967295`
    return query(database(schema), sql)
  }
})

async function work(
  state: { running: number; most: number; began: number },
  signal: AbortSignal,
): Promise<void> {
  state.began += 1
  state.running += 1
  state.most = Math.max(state.most, state.running)
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  state.running -= 1
}

/** Everything from the first event on, as it comes; it must come in order. */
function follow(t: TestContext, store: Store): { seen: EventRecord[] } {
  const seen: EventRecord[] = []
  const over = new AbortController()
  const reading = (async () => {
    for await (const events of createFeed(store).follow(0, over.signal)) {
      for (const event of events) {
        assert.equal(event.seq, seen.length + 1)
        seen.push(event)
      }
    }
  })()
  t.after(async () => {
    over.abort()
    await reading
  })
  return { seen }
}

/** Joins and leaves in a room of its own, until it is told to stop. */
async function write(store: Store, n: number, stop: AbortSignal): Promise<void> {
  const { jid: roomJid } = room(n)
  assert.equal(await submit(store, room(n)), 'success')
  for (let round = 0; !stop.aborted; round += 1) {
    const who = { roomJid, jid: `ann-${round}@example.com` }
    assert.deepEqual(
      [await submit(store, joins(who)), await submit(store, leave(who))],
      ['success', 'success'],
    )
  }
}

function room(n: number) {
  return createRoom({ session: `room-${n}`, jid: `room-${n}@rooms.example.com` })
}

function submit(store: Store, command: ReturnType<typeof createRoom | typeof joins | typeof leave>) {
  return store.submit({ command, receivedAt: T0, key: null })
}
