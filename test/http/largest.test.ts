// The greatest requests there may be, and snapshots among live events.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { liveOn } from '../../src/ledger/host.ts'
import { startServer, type TestServer } from '../support/server.ts'

const HOST = 'conference.example.com'
const MIB = 1024 * 1024

describe('a snapshot of the greatest size', () => {
  test('is applied whole while others are answered; a byte more is refused', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const body = padded(snapshot(2_000, 90), 64 * MIB)
    const tooLarge = await post(server, '/api/v1/sync', `${body} `)
    assert.equal(tooLarge.status, 413)
    assert.equal((await live(server)).rooms, 0)

    const syncing = post(server, '/api/v1/sync', body)
    const meanwhile = post(server, '/api/v1/rooms', { session: 'x', jid: 'x@other.example.com', name: 'x' })
    assert.equal((await meanwhile).status, 200)
    const { status, body: counts } = await syncing
    assert.equal(status, 200)
    assert.deepEqual([counts['roomsCreated'], counts['occupantsJoined']], [2_000, 180_000])
    assert.deepEqual(await live(server), { rooms: 2_001, occupants: 180_000 })
    const beat = { host: HOST, bootId: 'boot1', rooms: 2_000, occupants: 180_000 }
    assert.equal((await post(server, '/api/v1/heartbeat', beat)).body['inSync'], true)
  })
})

describe('a batch of the greatest size', () => {
  test('has an answer for each call, and what is invalid in its middle keeps no other from counting', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const requests = Array.from({ length: 1_000 }, (_, n) => ({
      method: 'POST',
      path: '/api/v1/rooms',
      body: { session: `s${n}`, jid: `r${n}@${HOST}`, name: n === 500 ? '' : 'room' },
      idempotencyKey: `k${n}`,
    }))
    const sent = padded({ requests }, 16 * MIB)
    assert.equal((await post(server, '/api/v1/batch', `${sent} `)).status, 413)
    for (const time of ['first', 'again']) {
      const { status, body } = await post(server, '/api/v1/batch', sent)
      const responses = body['responses'] as { status: number }[]
      assert.equal(status, 200)
      const expected = requests.map((_, n) => (n === 500 ? 422 : 200))
      assert.deepEqual(
        responses.map((response) => response.status),
        expected,
        time,
      )
    }
    assert.equal((await live(server)).rooms, 999)
    requests.push({ ...requests[0]!, idempotencyKey: 'k1000' })
    assert.equal((await post(server, '/api/v1/batch', { requests })).status, 422)
  })
})

describe('at the same time', () => {
  test('snapshots and live events leave a ledger that the next snapshot agrees with', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const people = Array.from({ length: 20 }, (_, n) => ({
      jid: `p${n}@example.com/x`,
      nick: 'P',
      role: 'participant',
    }))
    const listed = (here: object[]) => ({
      host: HOST,
      bootId: 'boot1',
      rooms: [{ session: 's', jid: `daily@${HOST}`, name: 'daily', occupants: here }],
    })
    const roomJid = `daily@${HOST}`
    const asked: Promise<{ status: number }>[] = []
    for (let n = 0; n < 200; n += 1) {
      const person = people[n % people.length]
      asked.push(post(server, '/api/v1/occupants', { ...person, roomJid }))
      if (n % 5 === 0) asked.push(post(server, '/api/v1/sync', listed(people.slice(0, n % 7))))
      asked.push(post(server, '/api/v1/occupants/' + person?.jid, { roomJid }, 'DELETE'))
    }
    const statuses = new Set((await Promise.all(asked)).map(({ status }) => status))
    assert.deepEqual(statuses, new Set([200, 400]))
    await post(server, '/api/v1/sync', listed(people))
    assert.deepEqual(await lives(server), people.map(({ jid }) => jid).toSorted())
    const again = await post(server, '/api/v1/sync', listed(people))
    assert.deepEqual(again.body['occupantsJoined'], 0)
  })

  test('two senders with one token, each with its own host, do not disturb one another', async (t) => {
    const server = await startServer({ settings: { ROLLCALL_INGEST_TOKEN: 'shared' } })
    t.after(() => server.stop())
    const sender = async (host: string) => {
      const say = (path: string, body: object) => post(server, path, body, 'POST', 'shared')
      const roomJid = `daily@${host}`
      const room = { session: host, jid: roomJid, name: 'daily' }
      await say('/api/v1/sync', { host, bootId: host, rooms: [] })
      await say('/api/v1/rooms', room)
      for (let n = 0; n < 50; n += 1) {
        const who = { jid: `p${n}@example.com/x`, nick: 'P', role: 'participant' }
        await say('/api/v1/occupants', { ...who, roomJid })
        if (n % 10 === 9)
          await say('/api/v1/sync', { host, bootId: host, rooms: [{ ...room, occupants: [who] }] })
      }
      return (await say('/api/v1/heartbeat', { host, bootId: host, rooms: 1, occupants: 1 })).body['inSync']
    }
    assert.deepEqual(await Promise.all([sender('one.example.com'), sender('two.example.com')]), [true, true])
    assert.equal((await live(server)).occupants, 2)
  })
})

function snapshot(rooms: number, occupants: number): object {
  return {
    host: HOST,
    bootId: 'boot1',
    rooms: Array.from({ length: rooms }, (_, room) => ({
      session: `s${room}`,
      jid: `r${room}@${HOST}`,
      name: `room ${room}`,
      occupants: Array.from({ length: occupants }, (_, n) => ({
        jid: `p${room}-${n}@example.com/x`,
        nick: `Person ${n}`,
        role: 'participant',
        userAgent: 'x'.repeat(200),
      })),
    })),
  }
}

/** JSON of exactly so many bytes: spaces count. */
function padded(value: object, bytes: number): string {
  const text = JSON.stringify(value)
  assert.ok(text.length <= bytes, `${text.length} bytes already`)
  return text.padEnd(bytes)
}

async function post(
  server: TestServer,
  path: string,
  body: object | string,
  method: 'POST' | 'DELETE' = 'POST',
  token = '',
) {
  const answer = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function lives(server: TestServer): Promise<string[]> {
  const page = await server.store.occupants({ session: 's', limit: 1_000 })
  return (page?.items ?? [])
    .filter(({ leftAt }) => leftAt === null)
    .map(({ jid }) => jid)
    .toSorted()
}

async function live({ store }: TestServer) {
  return liveOn(await store.hosts())
}
