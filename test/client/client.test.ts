// rollcall/client asks a real server.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createClient, type RollcallError } from '../../src/client/index.ts'
import { startServer, type TestServer } from '../support/server.ts'

const TOKENS = { ROLLCALL_READ_TOKEN: 'read', ROLLCALL_INGEST_TOKEN: 'write' }

async function started(t: TestContext, settings = {}): Promise<TestServer> {
  const server = await startServer({ settings })
  t.after(() => server.stop())
  return server
}

async function say({ url }: TestServer, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer write' }
  const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(answer.status, 200)
}

async function createRooms(server: TestServer, ...sessions: string[]): Promise<void> {
  for (const session of sessions) {
    await say(server, 'rooms', { session, jid: `${session}@conference.example.com`, name: session })
  }
}

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const entry of entries) found.push(entry)
  return found
}

test('a list goes on over its pages to the end', async (t) => {
  const server = await started(t)
  await createRooms(server, 'one', 'two', 'three', 'four', 'five')
  const { rooms, log } = createClient({ url: server.url })
  for (const limit of [1, 2, 5, 100]) {
    const listed = await all(rooms.list({ limit }))
    assert.deepEqual(
      listed.map(({ session }) => session),
      ['five', 'four', 'three', 'two', 'one'],
    )
  }
  assert.deepEqual(await all(rooms.list({ state: 'ended' })), [])
  const created = await all(log({ after: 3, limit: 1 }))
  assert.deepEqual(
    created.map(({ type, seq }) => [type, seq]),
    [
      ['room.created', 4],
      ['room.created', 5],
    ],
  )
})

test('who has had enough of a list asks for no further page', async (t) => {
  const server = await started(t)
  await createRooms(server, 'one', 'two', 'three')
  let calls = 0
  const counting: typeof fetch = (input, init) => {
    calls += 1
    return fetch(input, init)
  }
  for await (const room of createClient({ url: server.url, fetch: counting }).rooms.list({ limit: 1 })) {
    assert.equal(room.session, 'three')
    break
  }
  assert.equal(calls, 1)
})

test('a room and its occupants are found by any session', async (t) => {
  const server = await started(t)
  const sessions = ['a/b', 'x/occupants', 'occupants', 'caf%C3%A9', 'ä?#&+ ']
  await createRooms(server, ...sessions)
  const { rooms } = createClient({ url: server.url })
  for (const session of sessions) {
    const roomJid = `${session}@conference.example.com`
    await say(server, 'occupants', { jid: 'ann@example.com/a', roomJid, nick: 'Ann', role: 'participant' })
    const room = await rooms.get(session)
    assert.deepEqual([room.session, room.occupants], [session, 1])
    const stays = await all(rooms.occupants(session))
    assert.deepEqual(
      stays.map(({ nick }) => nick),
      ['Ann'],
    )
  }
})

test('a session that no URL can name is refused: its address would be that of a list', async (t) => {
  const server = await started(t)
  await createRooms(server, 'a', '...')
  const { rooms } = createClient({ url: server.url })
  for (const session of ['.', '..']) {
    assert.throws(() => rooms.get(session), RangeError)
    assert.throws(() => rooms.occupants(session), RangeError)
  }
  assert.equal((await rooms.get('...')).session, '...')
})

test('a refusal is an error that says what the server said', async (t) => {
  const server = await started(t, TOKENS)
  const refused = (error: Partial<RollcallError>) => ({ name: 'RollcallError', ...error })
  const stranger = createClient({ url: server.url, token: 'write' })
  const message = 'this needs Authorization: Bearer with a token for read'
  await assert.rejects(
    stranger.rooms.get('s1'),
    refused({ status: 401, word: 'unauthorized', message, validationError: null }),
  )
  const { rooms } = createClient({ url: `${server.url}/`, token: 'read' })
  await assert.rejects(
    rooms.get('s1'),
    refused({ status: 404, word: 'not-found', message: 'no room has this session' }),
  )
  const validationError = 'limit must be at least 1'
  await assert.rejects(
    all(rooms.list({ limit: 0 })),
    refused({ status: 422, word: 'invalid', message: validationError, validationError }),
  )
})

test('a call stops when its signal says so', async (t) => {
  const server = await started(t)
  const { rooms } = createClient({ url: server.url })
  await assert.rejects(rooms.get('s1', {}, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

test('a busy server is asked again after the time it names, and no more often than told', async (t) => {
  const asked: string[] = []
  // A server that is busy on demand; the path it is reached by is a proxy's.
  const server = createServer((request, answer) => {
    asked.push(request.url ?? '')
    if (asked.length % 3 === 0) answer.end('{"session":"s1"}')
    else answer.writeHead(503, { 'retry-after': '0' }).end('{"status":"busy","message":"ask again"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rollcall`
  assert.equal((await createClient({ url }).rooms.get('s1')).session, 's1')
  assert.deepEqual(asked, Array(3).fill('/rollcall/api/v1/rooms/s1'))
  const { rooms } = createClient({ url, retries: 1 })
  await assert.rejects(rooms.get('s1'), { status: 503, word: 'busy', message: 'ask again' })
  assert.equal(asked.length, 5)
})

test('an answer that is not of Rollcall is an error like any other', async (t) => {
  const server = createServer((_, answer) => answer.writeHead(502).end('<h1>Bad Gateway</h1>'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { rooms } = createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await assert.rejects(rooms.get('s1'), { status: 502, word: 'error', message: '502 Bad Gateway' })
})
