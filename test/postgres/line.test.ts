// The line between server and database: broken, silent, or cut in the very moment of a commit.
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { until } from '../e2e/until.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { createLoad } from '../faults/load.ts'
import { createRoom, T0 } from '../support/commands.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { holdsItsWord, query } from './held.ts'
import { startLine, type Line } from './line.ts'
import { create, join, sessions } from './say.ts'

describe('the line to PostgreSQL', { concurrency: true }, () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest')
  })
  after(() => postgres.dispose())

  test('breaks instead of the answer to a commit: the sender hears 200, and it has happened once', async (t) => {
    const { server, line, database } = await lined(t, 'answer')
    await create(server, 'before')
    const lost = line.loseNextAnswer()
    const said = await join(server, 'before', 'ann@example.com/a')
    await lost
    assert.equal(said.status, 200)
    const events = await query(database, 'select seq from events')
    assert.equal(events.length, 2)
  })

  test('breaks before a commit: the sender hears 503, and nothing has happened', async (t) => {
    const { server, line } = await lined(t, 'commit')
    await create(server, 'before')
    const lost = line.loseNextCommit()
    const { status, retryAfter } = await create(server, 'room', 'k')
    await lost
    assert.deepEqual([status, retryAfter], [503, '1'])
    assert.deepEqual(await sessions(server), ['before'])
    assert.equal((await create(server, 'room', 'k')).status, 200)
    assert.equal((await create(server, 'room', 'k')).status, 200)
    assert.deepEqual(await sessions(server), ['before', 'room'])
  })

  test('breaks again and again under load: what was answered 200 is there, once', async (t) => {
    const { server, line, database } = await lined(t, 'cut')
    const load = createLoad({ seed: Date.now() % 1_000_000 })
    const over = new AbortController()
    const running = load.run(server.url, over.signal)
    for (let cut = 0; cut < 20; cut += 1) {
      const enough = load.counts.answered + 20
      await until('more is answered', () => load.counts.answered > enough, 60_000)
      if (cut % 2 === 0) line.cut()
      else await line.loseNextAnswer()
    }
    over.abort()
    await running
    await load.finish(server.url)
    const found = await holdsItsWord(t, database, load)
    t.diagnostic(
      `20 cuts, ${load.counts.answered} answered 200, ${load.counts.refused} refused, ${found} found`,
    )
  })

  test('falls silent: 503 before senders give up, the others go on, and it recovers by itself', async (t) => {
    const { server, line, database } = await lined(t, 'silent')
    const other = await startServer({ settings: settings(postgres.url, 'silent') })
    t.after(() => other.stop())
    await create(server, 'before')
    const fallen = line.silenceNextCommit()
    const doubtful = create(server, 'doubtful')
    await fallen
    const silent = Date.now()
    const [said, ready] = await Promise.all([create(server, 'lost'), fetch(`${server.url}/readyz`)])
    t.diagnostic(`503 after ${said.ms} ms`)
    assert.deepEqual([said.status, said.retryAfter, ready.status], [503, '1', 503])
    assert.ok(said.ms < 10_000, `${said.ms}`)
    // The transaction that waits for its commit holds the lock of the log, until the database breaks it off.
    await until('another commits', async () => (await create(other, 'other', 'k1')).status === 200, 60_000)
    t.diagnostic(`another instance commits ${Date.now() - silent} ms after the line fell silent`)
    line.mend()
    await until('it commits again', async () => (await create(server, 'after', 'k2')).status === 200, 60_000)
    assert.equal((await doubtful).status, 503)
    assert.deepEqual(await sessions(server), ['after', 'before', 'other'])
    await until('nothing is left behind', async () => {
      const sql = "select from pg_stat_activity where state like 'idle in transaction%'"
      return (await query(database, sql)).length === 0
    })
  })

  test('is silent in the moment of a commit: whoever was in it hears the truth, as soon as it is known', async (t) => {
    const { server, line } = await lined(t, 'doubt')
    await create(server, 'before')
    const lost = line.loseNextAnswer()
    const doubtful = create(server, 'doubtful')
    await lost
    line.silence()
    line.cut()
    const { status, retryAfter } = await create(server, 'refused')
    assert.deepEqual([status, retryAfter], [503, '1'])
    line.mend()
    assert.equal((await doubtful).status, 200)
    assert.deepEqual(await sessions(server), ['before', 'doubtful'])
  })

  test('of one that listens is silent, and nobody says so: it is noticed, said once, and what was missed is caught up', async (t) => {
    const line = await startLine(postgres.port)
    const [told, said]: [number[], (string | null)[]] = [[], []]
    const onHearing = (lost: Error | null) => said.push(lost && lost.message)
    const options = { schema: 'deaf', queueLimit: 10 }
    const deaf = await openPostgres({ ...options, url: line.url, onHearing })
    const writer = await openPostgres({ ...options, url: postgres.url })
    t.after(async () => {
      await Promise.all([deaf.close(), writer.close()])
      await line.stop()
    })
    deaf.onAppend((seq) => told.push(seq))
    const submit = (n: number) =>
      writer.submit({ command: createRoom({ session: `s${n}`, jid: `${n}@h` }), receivedAt: T0, key: null })
    await submit(1)
    await until('it hears', () => told.includes(1))
    line.silence()
    await submit(2)
    await until('it is said', () => said.length === 1)
    assert.match(said[0] ?? '', /Query read timeout/)
    assert.ok(!told.includes(2))
    // Several attempts over the silent line, which are not said.
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    line.mend()
    await until('it is caught up', () => told.includes(2))
    await until('it is said', () => said.length === 2)
    await submit(3)
    await until('it hears again', () => told.includes(3))
    assert.deepEqual(said.slice(1), [null])
  })

  test('is silent while the server stops: it ends all the same', async (t) => {
    const line = await startLine(postgres.port)
    t.after(() => line.stop())
    const server = await startServer({ settings: settings(line.url, 'stops') })
    await create(server, 'before')
    line.silence()
    const began = Date.now()
    await server.stop()
    t.diagnostic(`stopped after ${Date.now() - began} ms`)
    assert.ok(Date.now() - began < 20_000)
  })

  async function lined(
    t: TestContext,
    schema: string,
  ): Promise<{ server: TestServer; line: Line; database: { url: string; schema: string } }> {
    const line = await startLine(postgres.port)
    const server = await startServer({ settings: settings(line.url, schema) })
    t.after(async () => {
      await server.stop()
      await line.stop()
    })
    return { server, line, database: { url: postgres.url, schema } }
  }
})

function settings(url: string, schema: string): Record<string, string> {
  return { ROLLCALL_DATABASE: url, ROLLCALL_SCHEMA: schema }
}
