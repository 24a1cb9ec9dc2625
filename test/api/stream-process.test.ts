// The event stream of the server as a process: readers that are too slow, and how it stops.
import assert from 'node:assert/strict'
import { join as path } from 'node:path'
import { test, type TestContext } from 'node:test'
import { until } from '../e2e/until.ts'
import { temporaryFolder } from '../support/folder.ts'
import { serve, type Running } from '../support/process.ts'
import { openStream } from '../support/stream.ts'

const ROOM = 'daily@conference.example.com'
const SECRET = 'Nickname'
/** Far more than the system keeps for a connection that nobody reads. */
const MANY = 3_000

test('a reader that does not read is cut off, the others go on, and it resumes without a gap', async (t) => {
  const server = await start(t, {})
  await post(server, '/rooms', { name: 'daily', session: 's1', jid: ROOM })
  const slow = await openStream(t, server)
  const quick = await openStream(t, server)
  slow.pause()
  for (let n = 0; n < MANY; n += 100) {
    await joins(server, n, n + 100)
    // Or it could be too slow itself, on a machine with other work.
    await until('the other has them', () => quick.seqs().at(-1) === n + 101)
  }
  await until('it is cut off', async () => /^rollcall_stream_cut_off_total 1$/m.test(await metrics(server)))
  slow.resume()
  await slow.ended
  assert.deepEqual(
    { ...slow.messages.at(-1), id: '' },
    { id: '', event: 'cut-off', data: { reason: 'slow' } },
  )
  assert.equal(slow.messages.at(-1)?.id, slow.lastId())
  const had = slow.seqs()
  assert.ok(had.length > 0 && had.length < MANY)
  const again = await openStream(t, server, { lastEventId: slow.lastId() })
  const wanted = Array.from({ length: MANY }, (_, n) => n + 2)
  await until('it has the rest', () => again.seqs().at(-1) === MANY + 1)
  assert.deepEqual([...had, ...again.seqs()], wanted)
  assert.deepEqual(quick.seqs(), wanted)
  assert.match(await metrics(server), /^rollcall_stream_readers 2$/m)
  assert.match(server.output(), /"level":30.*too slow: cut off/)
  assert.ok(!server.output().includes(SECRET))
})

test('who replays the log slowly gets all of it, at its own pace, and is not cut off', async (t) => {
  const server = await start(t, { ROLLCALL_STREAM_BUFFER: '256' })
  await post(server, '/rooms', { name: 'daily', session: 's1', jid: ROOM })
  await joins(server, 0, MANY)
  const client = await openStream(t, server, { query: '?after=0' })
  client.pause()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const sent = Number(/^rollcall_stream_events_total (\d+)$/m.exec(await metrics(server))?.[1])
  assert.ok(sent > 0 && sent < MANY, `${sent} events were sent to who reads none`)
  for (let n = 0; n < 20; n += 1) {
    client.pause()
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.resume()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await until('it has all', () => client.seqs().at(-1) === MANY + 1)
  assert.deepEqual(
    client.seqs(),
    Array.from({ length: MANY + 1 }, (_, n) => n + 1),
  )
  assert.match(await metrics(server), /^rollcall_stream_cut_off_total 0$/m)
})

test('stops with open streams, also with one that nobody reads, and says goodbye', async (t) => {
  const server = await start(t, {})
  await post(server, '/rooms', { name: 'daily', session: 's1', jid: ROOM })
  const stalled = await openStream(t, server, { query: '?after=0' })
  stalled.pause()
  await joins(server, 0, 2_000)
  const client = await openStream(t, server)
  const asked = Date.now()
  server.child.kill('SIGTERM')
  await client.ended
  assert.deepEqual(client.messages.at(-1)?.event, 'bye')
  assert.equal(await server.exited, 0)
  assert.ok(Date.now() - asked < 9_000)
})

async function start(t: TestContext, settings: Record<string, string>): Promise<Running> {
  const server = await serve({ ROLLCALL_DATABASE: path(temporaryFolder(t), 'rollcall.db'), ...settings })
  t.after(async () => {
    server.child.kill('SIGKILL')
    await server.exited
  })
  return server
}

/** About 7 kB each. */
async function joins(server: Running, from: number, to: number): Promise<void> {
  const text = 'x'.repeat(2_048)
  for (let n = from; n < to; n += 100) {
    const requests = Array.from({ length: 100 }, (_, index) => ({
      method: 'POST',
      path: '/api/v1/occupants',
      body: {
        jid: `${n + index}@example.com/${'x'.repeat(1_000)}`,
        roomJid: ROOM,
        nick: SECRET,
        role: 'participant',
        avatar: text,
        userAgent: text,
      },
    }))
    await post(server, '/batch', { requests })
  }
}

async function post({ url }: Running, to: string, body: object): Promise<void> {
  const response = await fetch(`${url}/api/v1${to}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, await response.text())
}

async function metrics({ url }: Running): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}
