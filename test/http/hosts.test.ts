// Heartbeats, snapshots and what is told of hosts, over HTTP.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startServer, type TestServer } from '../support/server.ts'

const HOST = 'conference.example.com'
const ROOM = `daily@${HOST}`
const T0 = Date.parse('2026-01-01T10:00:00.000Z')

type Thing = Record<string, unknown>
type Listing = Thing & { events: Thing[]; occupants: Thing[]; hosts: Thing[] }

describe('heartbeat, sync and hosts', () => {
  let server: TestServer
  let clock = T0

  before(async () => {
    server = await startServer({ now: () => clock })
  })
  after(() => server.stop())
  beforeEach(() => {
    clock += 1_000_000
  })

  async function send(path: string, body: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const reason = answer.headers.get('x-validation-error')
    return { status: answer.status, reason, body: (await answer.json()) as Thing }
  }

  async function read(path: string): Promise<Listing> {
    return (await (await fetch(`${server.url}${path}`)).json()) as Listing
  }

  const ann = { jid: 'ann@example.com/a', nick: 'Ann', role: 'moderator', email: '', at: T0 }
  const snapshot = (more: object = {}) => ({
    host: HOST,
    bootId: 'boot1',
    rooms: [{ session: 's1', jid: ROOM, name: 'daily', kind: 'conference', at: T0, occupants: [ann] }],
    ...more,
  })
  const heartbeat = (more: object = {}) => ({ host: HOST, bootId: 'boot1', rooms: 1, occupants: 1, ...more })
  const agreed = (counts: object) => ({
    status: 'success',
    message: 'the ledger agrees with the snapshot',
    roomsCreated: 0,
    roomsEnded: 0,
    occupantsJoined: 0,
    occupantsLeft: 0,
    ...counts,
  })

  test('a sender gets in sync, and stays so as long as it counts what the ledger counts', async () => {
    const beat = async (more: object = {}) => (await send('/api/v1/heartbeat', heartbeat(more))).body
    assert.deepEqual(await beat(), { status: 'success', message: 'heartbeat received', inSync: false })
    const sent = await send('/api/v1/sync', snapshot())
    assert.deepEqual([sent.status, sent.body], [200, agreed({ roomsCreated: 1, occupantsJoined: 1 })])
    assert.deepEqual(await beat(), { status: 'success', message: 'heartbeat received', inSync: true })
    for (const more of [{ rooms: 2 }, { occupants: 0 }, { bootId: 'boot2' }, { host: 'other.example.com' }]) {
      assert.equal((await beat(more))['inSync'], false)
    }
  })

  test('the same snapshot again changes nothing, with a key or without', async () => {
    const seq = async () => (await read('/api/v1/events?limit=1000')).events
    const before = (await seq()).length
    assert.deepEqual((await send('/api/v1/sync', snapshot())).body, agreed({}))
    const headers = { 'idempotency-key': 'k1' }
    const more = snapshot({
      rooms: [...snapshot().rooms, { ...snapshot().rooms[0], session: 's9', jid: `x@${HOST}` }],
    })
    const first = await send('/api/v1/sync', more, headers)
    assert.deepEqual(first.body, agreed({ roomsCreated: 1, occupantsJoined: 1 }))
    assert.deepEqual((await send('/api/v1/sync', more, headers)).body, first.body)
    assert.deepEqual((await send('/api/v1/sync', more)).body, agreed({}))
    assert.deepEqual(
      (await send('/api/v1/sync', snapshot())).body,
      agreed({ roomsEnded: 1, occupantsLeft: 1 }),
    )
    assert.equal((await seq()).length, before + 4)
    const reused = await send('/api/v1/sync', snapshot(), headers)
    assert.deepEqual([reused.status, reused.reason], [422, 'Idempotency-Key was used for another request'])
  })

  test('what a snapshot ended is marked as inferred, in the log and in the lists', async () => {
    await send('/api/v1/sync', snapshot({ rooms: [], bootId: 'boot2' }))
    const { events } = (await read('/api/v1/events?limit=1000')) as unknown as {
      events: Record<string, unknown>[]
    }
    const last = events.slice(-2).map(({ type, inferred, data }) => ({ type, inferred, data }))
    assert.deepEqual(last, [
      { type: 'occupant.left', inferred: true, data: { jid: ann.jid, reason: 'lost' } },
      { type: 'room.ended', inferred: true, data: { reason: 'lost' } },
    ])
    const room = await read('/api/v1/rooms/s1')
    assert.deepEqual([room['host'], room['endReason'], room['inferred']], [HOST, 'lost', true])
    const { occupants } = await read('/api/v1/rooms/s1/occupants')
    assert.deepEqual([occupants[0]?.['leaveReason'], occupants[0]?.['inferred']], ['lost', true])
  })

  test('a correction tells what is true instead', async () => {
    await send('/api/v1/sync', snapshot())
    await send('/api/v1/sync', snapshot({ rooms: [], bootId: 'boot2' }))
    const left = await fetch(`${server.url}/api/v1/occupants/ann@example.com/a`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ roomJid: ROOM, at: T0 + 5_000, reason: 'left' }),
    })
    assert.equal(left.status, 200)
    const { events } = (await read('/api/v1/events?limit=1000')) as unknown as {
      events: Record<string, unknown>[]
    }
    const { type, inferred, data } = events.at(-1) ?? {}
    const began = events.find((event) => event['type'] === 'occupant.joined' && event['session'] === 's1')
    const joined = String(began?.['seq'])
    const leftAt = '2026-01-01T10:00:05.000Z'
    assert.deepEqual(
      { type, inferred, data },
      {
        type: 'occupant.corrected',
        inferred: false,
        data: { jid: ann.jid, joined, leftAt, reason: 'left' },
      },
    )
    const { occupants } = await read('/api/v1/rooms/s1/occupants')
    const stays = occupants.map(({ leftAt, leaveReason, inferred }) => ({ leftAt, leaveReason, inferred }))
    assert.deepEqual(stays, [{ leftAt, leaveReason: 'left', inferred: false }])
  })

  test('a host is shown with its counters, and as silent after the lease', async () => {
    const host = 'muc.example.org'
    await send('/api/v1/heartbeat', { host, bootId: 'b', rooms: 0, occupants: 0, at: clock - 250 })
    const shown = async () => {
      const { hosts } = await read('/api/v1/hosts')
      return hosts.find((candidate) => candidate['host'] === host)
    }
    const at = new Date(clock).toISOString()
    const counters = { rooms: 0, occupants: 0, received: 0, refused: 0, late: 0, repaired: 0 }
    const expected = {
      host,
      lastContact: at,
      lastHeartbeat: at,
      silent: false,
      inSync: false,
      lagMs: 250,
      ...counters,
    }
    assert.deepEqual(await shown(), expected)
    clock += 90_000
    assert.equal((await shown())?.['silent'], false)
    clock += 1
    assert.equal((await shown())?.['silent'], true)
  })

  test('metrics tell the same of every host', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const names = text.matchAll(/^(rollcall_host_\w+)\{host="conference\.example\.com"\} \S+$/gm)
    assert.equal([...names].length, 9)
    assert.match(text, /^rollcall_host_in_sync\{host="conference\.example\.com"\} [01]$/m)
  })

  test('refuses what breaks a rule with a sentence that names it, and applies nothing', async () => {
    const before = (await read('/api/v1/events?limit=1000')).events
    const room = snapshot().rooms[0]
    const refusals: [string, unknown, string][] = [
      ['/api/v1/heartbeat', heartbeat({ host: '' }), 'host must not be empty'],
      ['/api/v1/heartbeat', heartbeat({ bootId: undefined }), 'bootId is required'],
      ['/api/v1/heartbeat', heartbeat({ rooms: -1 }), 'rooms must be at least 0'],
      ['/api/v1/heartbeat', heartbeat({ occupants: 1.5 }), 'occupants must be a whole number'],
      ['/api/v1/heartbeat', 'no JSON', 'the body must be valid JSON'],
      ['/api/v1/sync', snapshot({ rooms: {} }), 'rooms must be a list'],
      [
        '/api/v1/sync',
        snapshot({ rooms: [{ ...room, occupants: undefined }] }),
        'rooms/0/occupants is required',
      ],
      [
        '/api/v1/sync',
        snapshot({ rooms: [{ ...room, occupants: [ann, { ...ann, jid: 'b', nick: '' }] }] }),
        'rooms/0/occupants/1/nick must not be empty',
      ],
      ['/api/v1/sync', snapshot({ host: 'example.com' }), 'rooms must be of the host'],
      [
        '/api/v1/sync',
        snapshot({ rooms: [room, { ...room, jid: `x@${HOST}` }] }),
        'rooms must not list a session twice',
      ],
      [
        '/api/v1/sync',
        snapshot({ rooms: [room, { ...room, session: 'x' }] }),
        'rooms must not list the JID of a room twice',
      ],
      [
        '/api/v1/sync',
        snapshot({ rooms: [{ ...room, occupants: [ann, ann] }] }),
        'rooms must not list the JID of an occupant twice in one room',
      ],
      [
        '/api/v1/sync',
        snapshot({ rooms: [{ ...room, jid: `stolen@${HOST}` }] }),
        'rooms must not list a session that belongs to the room of another JID',
      ],
    ]
    for (const [path, body, reason] of refusals) {
      const refused = await send(path, body)
      assert.deepEqual(refused, { status: 422, reason, body: { status: 'invalid', message: reason } })
    }
    assert.deepEqual((await read('/api/v1/events?limit=1000')).events, before)
  })
})

describe('a lease', () => {
  test('that has run out ends the rooms of its host, while the server can hear', async () => {
    const server = await startServer({
      settings: { ROLLCALL_LEASE: '1', ROLLCALL_LOST_AFTER: '1' },
      watch: true,
    })
    const post = (path: string, body: object) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    for (const host of ['with.example.com', 'without.example.com']) {
      await post('/api/v1/rooms', { session: host, jid: `daily@${host}`, name: 'daily' })
    }
    await post('/api/v1/heartbeat', { host: 'with.example.com', bootId: 'b', rooms: 1, occupants: 0 })
    const ended = async (session: string) => {
      const room = await fetch(`${server.url}/api/v1/rooms/${session}`)
      return ((await room.json()) as { endReason: string | null }).endReason
    }
    while ((await ended('with.example.com')) === null) await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(await ended('with.example.com'), 'lost')
    assert.equal(await ended('without.example.com'), null)
    await server.stop()
  })
})
