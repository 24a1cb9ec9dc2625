// Others in the same database: who lock, write beside us, deadlock with us, or make it read-only.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import pg from 'pg'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { until } from '../e2e/until.ts'
import { createRoom, join, listed, present, sync, T0 } from '../support/commands.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { startServer } from '../support/server.ts'
import { query } from './held.ts'
import { create, sessions } from './say.ts'

describe('others in the database', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest')
  })
  after(() => postgres.dispose())

  test('lock a table: 503 in bounded time, a queue within its limit, and it goes on when they let go', async (t) => {
    const settings = {
      ROLLCALL_DATABASE: postgres.url,
      ROLLCALL_SCHEMA: 'locked',
      ROLLCALL_QUEUE_LIMIT: '50',
    }
    const server = await startServer({ settings })
    t.after(() => server.stop())
    const other = await client(t, 'locked')
    await other.query('begin; lock table events in access exclusive mode')
    const first = create(server, 'first')
    await until('it waits', async () => (await waiting('locked')) > 0)
    const said = await Promise.all(Array.from({ length: 80 }, (_, n) => create(server, `room-${n}`)))
    assert.equal(server.store.waiting(), 0)
    assert.ok(
      said.some(({ ms }) => ms < 2_000),
      'past the limit it is refused at once',
    )
    for (const { status, retryAfter, ms } of [await first, ...said]) {
      assert.deepEqual([status, retryAfter], [503, '1'])
      assert.ok(ms < 20_000, `${ms}`)
    }
    t.diagnostic(`503 after ${(await first).ms} ms`)
    await other.query('rollback')
    assert.equal((await create(server, 'after')).status, 200)
    assert.deepEqual(await sessions(server), ['after'])
  })

  test('write the log at this moment: what comes meanwhile is one batch with what waits', async (t) => {
    const store = await open(t, 'meanwhile')
    const other = await client(t, 'meanwhile')
    const sizes: number[] = []
    store.onCommit((size) => sizes.push(size))
    await other.query("begin; select pg_advisory_xact_lock(hashtext('rollcall log'), hashtext('meanwhile'))")
    const first = submit(store, createRoom())
    await until('it waits', async () => {
      const sql = "select from pg_locks where locktype = 'advisory' and not granted"
      return (await query({ url: postgres.url, schema: 'public' }, sql)).length > 0
    })
    const later = Array.from({ length: 10 }, (_, n) => submit(store, join({ jid: `${n}@example.com` })))
    await other.query('commit')
    assert.deepEqual([...new Set(await Promise.all([first, ...later]))], ['success'])
    assert.deepEqual(sizes, [11])
  })

  test('write a live room beside us: the command is judged again, and ends that one', async (t) => {
    const store = await open(t, 'beside')
    const other = await client(t, 'beside')
    const [key] = (await submit(store, createRoom())) === 'success' ? await keys('beside') : []
    await submit(store, createRoom({ session: 's2', jid: 'two@conference.example.com' }))
    await other.query(`begin; update rooms set ended_at = 1 where session = 's1'; insert into rooms
      (id, session, jid, jid_key, host, name, created_at)
      select 1000, 'foreign', jid, '${key}', host, 'foreign', 1 from rooms where session = 's1'`)
    const answer = submit(store, createRoom({ session: 's3' }))
    await until('it waits', async () => (await waiting('beside')) > 0)
    await other.query('commit')
    assert.equal(await answer, 'success')
    const { items } = await store.rooms({ state: 'live', limit: 10, now: 0 })
    assert.deepEqual(items.map(({ session }) => session).toSorted(), ['s2', 's3'])
    assert.equal((await store.room('foreign'))?.endReason, 'superseded')
  })

  test('deadlock with us: what was broken off is judged again', async (t) => {
    const store = await open(t, 'deadlock')
    const other = await client(t, 'deadlock')
    await submit(store, createRoom())
    await submit(store, join())
    // It finds deadlocks later than we do, so that it is we who are broken off.
    await other.query("set deadlock_timeout = '1min'")
    await other.query('begin; select from occupants for update')
    const answer = store.submit({
      command: { ...join(), type: 'leave', reason: null },
      receivedAt: T0,
      key: null,
    })
    await until('it waits', async () => (await waiting('deadlock')) > 0)
    const theirs = other.query(
      "select pg_advisory_xact_lock(hashtext('rollcall log'), hashtext(current_schema())); commit",
    )
    await theirs
    assert.equal(await answer, 'success')
    const [{ count } = { count: 0 }] = await query<{ count: string }>(
      { url: postgres.url, schema: 'deadlock' },
      "select deadlocks as count from pg_stat_database where datname = 'postgres'",
    )
    assert.ok(Number(count) >= 1)
  })

  test('break a batch off as not serialisable: it is judged again, and given up after the fifth time', async (t) => {
    const store = await open(t, 'unserial')
    await submit(store, createRoom())
    // As a distributed PostgreSQL says it; the sequence goes on where the transaction is rolled back.
    const other = await client(t, 'unserial')
    await other.query(`create sequence attempts; create table refused (until bigint); insert into refused values (3);
      create function refuse() returns trigger language plpgsql as $$ begin
        if nextval('attempts') <= (select until from refused)
          then raise exception 'not serialisable' using errcode = 'serialization_failure'; end if;
        return null; end $$;
      create trigger refuse after insert on events for each statement execute function refuse()`)
    const asked = [join(), join({ jid: 'ben@example.com' })].map((command) => submit(store, command))
    assert.deepEqual(await Promise.all(asked), ['success', 'success'])
    assert.equal(await attempts(), 4)

    await other.query('update refused set until = 1000')
    await assert.rejects(submit(store, join({ jid: 'cem@example.com' })), StoreUnavailable)
    assert.equal(await attempts(), 9)
    await other.query('update refused set until = 0')
    assert.equal(await submit(store, join({ jid: 'cem@example.com' })), 'success')
    const { items } = await store.events({ limit: 10, cursor: 0 })
    assert.deepEqual(
      items.map(({ seq, data }) => [seq, data['jid']]),
      [
        [1, createRoom().jid],
        [2, join().jid],
        [3, 'ben@example.com'],
        [4, 'cem@example.com'],
      ],
    )

    async function attempts(): Promise<number> {
      const { rows } = await other.query<{ last: string }>('select last_value as last from attempts')
      return Number(rows[0]?.last)
    }
  })

  test('have another isolation level by default: instances that write at the same time refuse nothing', async (t) => {
    await query({ url: postgres.url, schema: 'public' }, 'create database strict')
    const url = postgres.url.replace(/postgres$/, 'strict')
    await query(
      { url, schema: 'public' },
      "alter database strict set default_transaction_isolation = 'serializable'",
    )
    const stores = await Promise.all([1, 2, 3].map(() => open(t, 'strict', url)))
    const asked = Array.from({ length: 150 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 2))
      const command = createRoom({ session: `s${n}`, jid: `r${n}@example.com` })
      return submit(stores[n % stores.length] as Store, command)
    })
    assert.deepEqual([...new Set(await Promise.all(asked))], ['success'])
  })

  test('make it read-only: 503, readyz says so, and it goes on when it may write again', async (t) => {
    const server = await startServer({
      settings: { ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: 'read_only' },
    })
    t.after(() => server.stop())
    await create(server, 'before')
    const other = await client(t, 'read_only', 'default_transaction_read_only=off')
    const set = async (value: string) => {
      await other.query(`alter system set default_transaction_read_only = ${value}`)
      await other.query('select pg_reload_conf()')
    }
    await set('on')
    await until('it is refused', async () => (await create(server, 'room', 'k')).status === 503)
    assert.equal((await fetch(`${server.url}/readyz`)).status, 503)
    await set('off')
    await until('it is answered', async () => (await create(server, 'room', 'k')).status === 200)
    assert.deepEqual(await sessions(server), ['before', 'room'])
  })

  test('send what cannot be stored: that alone is refused, as a defect', async (t) => {
    const store = await open(t, 'poison')
    const asked = [createRoom(), join(), join({ jid: 'nul', nick: 'a\0b' }), join({ jid: 'ben@example.com' })]
    const settled = await Promise.allSettled(asked.map((command) => submit(store, command)))
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.ok(settled[2]?.status === 'rejected' && !(settled[2].reason instanceof StoreUnavailable))
    assert.equal((await store.events({ limit: 10, cursor: 0 })).items.length, 3)
  })

  test('ask whether it is ready, in the midst of a batch: that one is written in one transaction', async (t) => {
    const store = await open(t, 'asked')
    for (let round = 0; round < 30; round += 1) {
      const occupants = [1, 2, 3].map((n) => present({ jid: `${n}@example.com/${round}` }))
      const host = `host-${round}.example.com`
      const rooms = [listed({ session: `s${round}`, jid: `daily@${host}`, occupants })]
      const receivedAt = T0 + round
      // A snapshot is loaded in two steps: between them there is time for another transaction.
      const snapshot = store.submit({
        command: sync({ host, rooms, at: receivedAt }),
        receivedAt,
        key: null,
      })
      for (let turn = 0; turn <= round % 6; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      await Promise.all([snapshot, store.ready()])
    }
    const torn = await query(
      { url: postgres.url, schema: 'asked' },
      'select from events join rooms on id = seq where events.xmin <> rooms.xmin',
    )
    assert.deepEqual(torn, [])
  })

  async function open(t: TestContext, schema: string, url = postgres.url): Promise<Store> {
    const store = await openPostgres({ url, schema, queueLimit: 10_000 })
    t.after(() => store.close())
    return store
  }

  async function client(t: TestContext, schema: string, setting = ''): Promise<pg.Client> {
    const options = `-c search_path=${schema}${setting && ` -c ${setting}`}`
    const other = new pg.Client({ connectionString: postgres.url, options })
    await other.connect()
    t.after(() => other.end())
    return other
  }

  /** Writers that wait for a lock of a table or a row. */
  async function waiting(schema: string): Promise<number> {
    const sql = `select from pg_stat_activity where application_name = 'rollcall writer'
      and wait_event_type = 'Lock' and wait_event <> 'advisory'`
    return (await query({ url: postgres.url, schema }, sql)).length
  }

  async function keys(schema: string): Promise<string[]> {
    const rows = await query<{ jid_key: string }>({ url: postgres.url, schema }, 'select jid_key from rooms')
    return rows.map(({ jid_key }) => jid_key)
  }
})

function submit(store: Store, command: ReturnType<typeof createRoom> | ReturnType<typeof join>) {
  return store.submit({ command, receivedAt: T0, key: null })
}
