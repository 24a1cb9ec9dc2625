// The event log as a stream: what comes, from where, and how it ends.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { until } from '../e2e/until.ts'
import { createRoom, endRoom, join, leave, T0 } from '../support/commands.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openStream, type Client } from '../support/stream.ts'

const TOO_MANY = 'no further stream is taken now; ask again, or raise ROLLCALL_STREAM_LIMIT'

test('tells only what comes, and first of all from where on', async (t) => {
  const server = await start(t)
  await say(server, createRoom(), join())
  const client = await openStream(t, server)
  await say(server, leave())
  await until('it came', () => client.messages.length === 2)
  const [first, event] = client.messages
  assert.deepEqual(first, { id: '2', event: 'start', data: { seq: 2 } })
  const page = (await (await fetch(`${server.url}/api/v1/events?after=2`)).json()) as { events: unknown[] }
  assert.deepEqual(event, { id: '3', event: 'occupant.left', data: page.events[0] })
  assert.match(client.raw(), /^retry: [123]\d{3}\nid: 2\n/)
})

test('is not kept by caches, nor held back by nginx, nor open to other sites', async (t) => {
  const client = await openStream(t, await start(t))
  const { headers, status } = client
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-accel-buffering'], 'no')
  assert.equal(headers['access-control-allow-origin'], undefined)
  // The same bytes for every reader.
  assert.equal(headers['transfer-encoding'], undefined)
})

test('replays from after, or from Last-Event-ID where both are there, and goes on', async (t) => {
  const server = await start(t)
  await say(server, createRoom(), join(), leave())
  const all = await openStream(t, server, { query: '?after=0' })
  const cursor = await openStream(t, server, { query: '?cursor=1' })
  const back = await openStream(t, server, { query: '?after=0', lastEventId: '2' })
  await say(server, endRoom())
  for (const [client, seqs] of [
    [all, [1, 2, 3, 4]],
    [cursor, [2, 3, 4]],
    [back, [3, 4]],
  ] as const) {
    await until('it has all', () => client.seqs().at(-1) === 4)
    assert.deepEqual(client.seqs(), seqs)
  }
})

test('begins at the end of the log where the client has seen more than there is', async (t) => {
  const server = await start(t)
  await say(server, createRoom(), join())
  const client = await openStream(t, server, { lastEventId: '1000' })
  await say(server, leave())
  await until('it came', () => client.messages.length === 2)
  assert.deepEqual(client.messages[0]?.data, { seq: 2 })
  assert.deepEqual(client.seqs(), [3])
})

test('tells what fits, replayed and live', async (t) => {
  const server = await start(t)
  const other = { session: 's2', jid: 'weekly@rooms.example.org' }
  const queries = {
    '?after=0&session=s1': [1, 3, 5],
    '?after=0&room=weekly@rooms.example.org': [2, 4, 6],
    '?after=0&host=rooms.example.org': [2, 4, 6],
    '?after=0&type=room.created,occupant.left': [1, 2, 5, 6],
    '?after=0&type=occupant.left&session=s2': [6],
  }
  await say(server, createRoom(), createRoom(other), join())
  const clients: [Client, number[]][] = []
  for (const [query, seqs] of Object.entries(queries))
    clients.push([await openStream(t, server, { query }), seqs])
  await say(server, join({ roomJid: other.jid }), leave(), leave({ roomJid: other.jid }))
  for (const [client, seqs] of clients) {
    await until('it has all', () => client.seqs().length >= seqs.length)
    assert.deepEqual(client.seqs(), seqs)
  }
})

test('gives a sign of life, and with it moves on the id of who is sent nothing', async (t) => {
  const server = await start(t, { ROLLCALL_STREAM_HEARTBEAT: '1' })
  const client = await openStream(t, server, { query: '?session=other' })
  assert.equal(client.comments(), 0)
  await say(server, createRoom(), join())
  await until('it lives', () => client.comments() > 1)
  assert.deepEqual([client.lastId(), client.messages.length], ['2', 1])
})

test('moves on the id while it searches a long log in which nothing fits', async (t) => {
  const server = await start(t)
  for (let n = 0; n < 12_000; n += 2_000) await say(server, ...rooms(n, n + 2_000))
  const client = await openStream(t, server, { query: '?after=0&type=occupant.left' })
  await until('it is at the end', () => client.lastId() === '12000')
  assert.match(client.raw(), /^id: \d+\n\nid: 12000\n\n$/m)
  await say(server, createRoom(), join(), leave())
  await until('it came', () => client.messages.length === 2)
  assert.deepEqual(client.seqs(), [12_003])
})

test('a thousand that come with a dozen filters are each told what fits, and leave nothing behind', async (t) => {
  const server = await start(t)
  await say(server, ...rooms(0, 12))
  const clients = await Promise.all(
    Array.from({ length: 1_000 }, async (_, n) => ({
      n: n % 12,
      client: await openStream(t, server, { query: `?session=m${n % 12}` }),
    })),
  )
  assert.match(await metrics(server), /^rollcall_stream_readers 1000$/m)
  const joins = Array.from({ length: 120 }, (_, n) =>
    join({ jid: `${n}@example.com`, roomJid: `m${n % 12}@h.example.com` }),
  )
  for (const one of joins) await say(server, one)
  for (const { n, client } of clients) {
    const wanted = joins.flatMap((_, index) => (index % 12 === n ? [12 + index + 1] : []))
    await until('it has its own', () => client.seqs().length >= wanted.length)
    assert.deepEqual(client.seqs(), wanted)
  }
  assert.match(await metrics(server), /^rollcall_stream_events_total 10000$/m)
  for (const { client } of clients) client.leave()
  await until('they are gone', async () => /^rollcall_stream_readers 0$/m.test(await metrics(server)))
  assert.match(await metrics(server), /^rollcall_stream_opened_total 1000$/m)
})

test('who is cut off and still does not read is let go', async (t) => {
  const server = await start(t)
  await say(server, createRoom())
  const client = await openStream(t, server)
  client.pause()
  const avatar = 'x'.repeat(2_048)
  for (let n = 0; n < 60; n += 1) {
    const who = Array.from({ length: 100 }, (_, index) => join({ jid: `${n}-${index}@example.com`, avatar }))
    await say(server, ...who)
    // As commits come: what comes within a moment is one write.
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  const http = server.app.server
  const connections = promisify(http.getConnections.bind(http))
  assert.equal(await connections(), 1)
  // Asked without a connection of its own.
  const text = async () => (await server.app.inject({ url: '/metrics', headers: { host: 'localhost' } })).body
  await until('it is cut off', async () => /^rollcall_stream_cut_off_total 1$/m.test(await text()))
  await until('it has no connection', async () => (await connections()) === 0)
})

test('past the limit the answer is 503, until somebody leaves', async (t) => {
  const server = await start(t, { ROLLCALL_STREAM_LIMIT: '2' })
  const [one] = [await openStream(t, server), await openStream(t, server)]
  const response = await fetch(`${server.url}/api/v1/events`, { headers: { accept: 'text/event-stream' } })
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '5'])
  assert.deepEqual(await response.json(), { status: 'busy', message: TOO_MANY })
  one.leave()
  await until('there is a place', async () => (await openStream(t, server)).status === 200)
})

test('is a read: it needs the token of one', async (t) => {
  const server = await start(t, { ROLLCALL_READ_TOKEN: 'read', ROLLCALL_INGEST_TOKEN: 'write' })
  const status = async (headers = {}) => (await openStream(t, server, { headers })).status
  assert.equal(await status(), 401)
  assert.equal(await status({ authorization: 'Bearer write' }), 401)
  assert.equal(await status({ authorization: 'Bearer read' }), 200)
})

test('speaks to a client of HTTP/1.0', async (t) => {
  const server = await start(t)
  const socket = connect(server.port, '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  socket.setEncoding('utf8').on('data', (more: string) => (text += more))
  socket.write('GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n')
  await until('it begins', () => text.includes('event: start'))
  await say(server, createRoom())
  await until('it comes', () => text.includes('event: room.created'))
  assert.doesNotMatch(text, /transfer-encoding/i)
})

test('says goodbye when the server stops, takes no more, and the server waits for nobody', async (t) => {
  const server = await startServer()
  const client = await openStream(t, server)
  const began = Date.now()
  await server.app.close()
  await client.ended
  assert.ok(Date.now() - began < 4_000)
  assert.deepEqual(client.messages.at(-1), { id: '0', event: 'bye', data: { reason: 'stopping' } })
  await server.stop()
})

test('a client that goes before it is answered takes no place', async (t) => {
  const server = await start(t)
  for (let n = 0; n < 50; n += 1) {
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n')
    await once(socket, 'connect')
    setImmediate(() => socket.destroy())
  }
  await openStream(t, server)
  await until('they are gone', async () => /^rollcall_stream_readers 1$/m.test(await metrics(server)))
})

async function start(t: TestContext, settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ settings })
  t.after(() => server.stop())
  return server
}

type Command = Parameters<TestServer['store']['submit']>[0]['command']

async function say({ store }: TestServer, ...commands: Command[]): Promise<void> {
  await store.submitAll(commands.map((command) => ({ command, receivedAt: T0, key: null })))
}

function rooms(from: number, to: number): Command[] {
  return Array.from({ length: to - from }, (_, n) =>
    createRoom({ session: `m${from + n}`, jid: `m${from + n}@h.example.com` }),
  )
}

async function metrics({ url }: TestServer): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}
