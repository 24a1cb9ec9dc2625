// The Prosody plugin event_sync against the server, on both engines: what was recorded of it, and its oddities.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Message } from '../../src/ingest/event-sync-fields.ts'
import { recorded, shuffled, type Sent } from '../support/event-sync.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { startServer, type TestServer } from '../support/server.ts'

const TOKEN = 'event-sync-token'
const HOUR = 3_600
/** After all that is told here. */
const NOW = Date.parse('2026-12-01T00:00:00.000Z')

type Thing = Record<string, unknown>
type Answer = { status: number; body: Thing }

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  describe(`event_sync on ${engine}`, () => {
    let postgres: Postgres | undefined
    let server: TestServer
    let sites = 0

    before(async () => {
      if (engine === 'PostgreSQL') postgres = await startPostgres('newest')
      const database = postgres ? { ROLLCALL_DATABASE: postgres.url } : {}
      const settings = { ...database, ROLLCALL_INGEST_TOKEN: TOKEN }
      server = await startServer({ settings, now: () => NOW })
    })
    after(async () => {
      await server.stop()
      await postgres?.dispose()
    })

    async function post(
      message: Message,
      body: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const answer = await fetch(`${server.url}/event-sync/events/${message}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as Thing }
    }

    async function say(sent: Sent[]): Promise<void> {
      for (const { message, body } of sent) assert.equal((await post(message, body)).status, 200)
    }

    async function read(path: string): Promise<Thing> {
      return (await (await fetch(`${server.url}${path}`)).json()) as Thing
    }

    /** All that the read API says of the rooms of these hosts, in an order of its own. */
    async function ledgerOf(site: string): Promise<Thing[]> {
      const { rooms: alike } = (await read(`/api/v1/rooms?q=.${site}`)) as { rooms: Thing[] }
      const found = alike.filter(({ host }) => String(host).endsWith(`.${site}`))
      const rooms = await Promise.all(
        found.map(async (room) => {
          const path = `/api/v1/rooms/${encodeURIComponent(String(room['session']))}/occupants?limit=1000`
          const stays = ((await read(path))['occupants'] as Thing[]).map(({ id: _arrival, ...stay }) => stay)
          return { ...room, stays: byText(stays) }
        }),
      )
      return byText(rooms)
    }

    /** The recorded requests as another site would send them, so that each order has a ledger of its own. */
    async function replayed(order: (sent: Sent[]) => Sent[]): Promise<Thing[]> {
      const site = `site${(sites += 1)}.test`
      const moved = JSON.parse(JSON.stringify(recorded()).replaceAll('meet.local', site)) as Sent[]
      await say(order(moved))
      return JSON.parse(JSON.stringify(await ledgerOf(site)).replaceAll(site, 'meet.local')) as Thing[]
    }

    describe('the recorded requests', () => {
      test('make five meetings, all of them over, and each stay with its instants', async () => {
        const rooms = await replayed((sent) => sent)
        const told = rooms.map(({ jid, kind, createdAt, endedAt, inferred, stays }) => {
          const [from, to] = [createdAt, endedAt].map((at) => String(at).slice(14, 19))
          return `${String(jid).slice(0, 8)} ${String(kind)} ${from}-${to} ${String(inferred)} ${(stays as Thing[]).length}`
        })
        assert.deepEqual(told.toSorted(), [
          'b976bd2d breakout 51:20-51:22 false 2',
          'bmain@co conference 51:19-51:32 false 3',
          'daily-sl conference 51:51-51:53 false 4',
          'daily@co conference 49:41-49:45 false 4',
          'nf@confe conference 50:40-50:41 false 1',
        ])
        const breakout = rooms.find(({ kind }) => kind === 'breakout')
        assert.equal(breakout?.['parentJid'], 'bmain@conference.meet.local')
        assert.equal(breakout['host'], 'breakout.meet.local')
      })

      test('make the same ledger in reverse, in 100 other orders, and said up to three times each', async () => {
        const expected = await replayed((sent) => sent)
        assert.deepEqual(await replayed((sent) => sent.toReversed()), expected)
        const draws = fc.sample(fc.infiniteStream(fc.nat()), { numRuns: 120, seed: 5 })
        const orders = draws.map((random, nth) => {
          const times = () => (nth < 100 ? 1 : 1 + ((random.next().value ?? 0) % 3))
          return (sent: Sent[]) =>
            shuffled(
              sent.flatMap((one) => Array<Sent>(times()).fill(one)),
              random,
            )
        })
        // Each site is told in its own order, 30 of them side by side.
        for (let from = 0; from < orders.length; from += 30) {
          for (const ledger of await Promise.all(orders.slice(from, from + 30).map(replayed))) {
            assert.deepEqual(ledger, expected)
          }
        }
      })
    })

    describe('an event', () => {
      const at = 1_795_400_000
      const roomOf = (name: string) => ({
        room_jid: `${name}@conference.odd.local`,
        room_name: name,
        is_breakout: false,
      })
      const only = async (name: string) =>
        (await ledgerOf('odd.local')).find(({ jid }) => String(jid).startsWith(`${name}@`))
      const staysOf = async (name: string) => ((await only(name))?.['stays'] ?? []) as Thing[]
      const ann = { occupant_jid: 'ann@odd.local/a', joined_at: at }

      test('of somebody in a room that nobody has told of makes the room, and its creation corrects that', async () => {
        await say([{ message: 'occupant/joined', body: { ...roomOf('early'), occupant: ann } }])
        const before = await only('early')
        assert.deepEqual(
          [before?.['session'], before?.['endedAt']],
          [`event-sync:early@conference.odd.local:${at}~`, null],
        )
        await say([{ message: 'room/created', body: { ...roomOf('early'), created_at: at - 3 } }])
        const then = await only('early')
        assert.equal(then?.['session'], `event-sync:early@conference.odd.local:${at - 3}`)
        assert.equal(then['createdAt'], new Date((at - 3) * 1_000).toISOString())
        const events = (await read('/api/v1/events?limit=1000'))['events'] as Thing[]
        assert.ok(
          events.some(
            ({ type, data }) =>
              type === 'room.identified' && String((data as Thing)['formerSession']).endsWith('~'),
          ),
        )
      })

      test('is taken where api_prefix ends with a slash', async () => {
        // The document does not speak of it, and fetch would be held to that.
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
        const sent = request(`${server.url}/event-sync//events/occupant/joined`, { method: 'POST', headers })
        sent.end(JSON.stringify({ ...roomOf('slash'), occupant: ann }))
        const [answer] = (await once(sent, 'response')) as [IncomingMessage]
        answer.resume()
        assert.equal(answer.statusCode, 200)
        assert.equal((await staysOf('slash')).length, 1)
      })

      test('keeps whom the token names, and takes no other text for a name', async () => {
        const user = { id: 17, name: 'Ann B.', email: 'ann@example.com', avatar: 'https://example.com/a.png' }
        const context = { ...user, affiliation: 'owner', groups: ['a'], moderator: true, nested: { a: 1 } }
        const ben = {
          occupant_jid: 'ben@odd.local/b',
          joined_at: at,
          id: { a: 1 },
          name: 'x'.repeat(2_000),
          email: '\n',
          avatar: 7,
        }
        await say([
          { message: 'occupant/joined', body: { ...roomOf('token'), occupant: { ...ann, ...context } } },
          { message: 'occupant/joined', body: { ...roomOf('token'), occupant: ben } },
        ])
        const told = (await staysOf('token')).map(({ userId, nick, email, avatar, role }) => [
          userId,
          nick,
          email,
          avatar,
          role,
        ])
        assert.deepEqual(told, [
          ['17', 'Ann B.', 'ann@example.com', 'https://example.com/a.png', 'participant'],
          [null, 'ben', null, '7', 'participant'],
        ])
      })

      test('of the end tells of all who were there, whatever was lost, but for entries without use', async () => {
        const body = { ...roomOf('lost'), created_at: at, destroyed_at: at + HOUR }
        const all = [
          { ...ann, left_at: at + 60 },
          { occupant_jid: 'ben@odd.local/b', joined_at: at + 5 },
          { name: 'nobody' },
        ]
        const answer = await post('room/destroyed', { ...body, all_occupants: all })
        assert.deepEqual(answer, {
          status: 200,
          body: {
            status: 'success',
            message: 'event taken; all_occupants has 1 entries that cannot be used',
          },
        })
        const lefts = (await staysOf('lost')).map(({ jid, leftAt }) => [
          jid,
          Date.parse(String(leftAt)) / 1_000 - at,
        ])
        assert.deepEqual(lefts, [
          ['ann@odd.local/a', 60],
          ['ben@odd.local/b', HOUR],
        ])
      })

      test('of the end with {} for an empty list ends the room, and who is in it leaves', async () => {
        const room = roomOf('empty')
        await say([
          { message: 'room/created', body: { ...room, created_at: at } },
          { message: 'occupant/joined', body: { ...room, occupant: ann } },
          {
            message: 'room/destroyed',
            body: { ...room, created_at: at, destroyed_at: at + 9, all_occupants: {} },
          },
        ])
        const ended = new Date((at + 9) * 1_000).toISOString()
        assert.equal((await only('empty'))?.['endedAt'], ended)
        assert.deepEqual(
          (await staysOf('empty')).map(({ leftAt, leaveReason }) => [leftAt, leaveReason]),
          [[ended, 'room-ended']],
        )
      })

      test('that names nobody, or is nonsense, is a 200 that says so', async () => {
        const nonsense: [Message, unknown, string][] = [
          ['occupant/left', roomOf('odd'), 'occupant is required'],
          [
            'occupant/joined',
            { ...roomOf('odd'), occupant: { joined_at: at } },
            'occupant/occupant_jid is required',
          ],
          ['room/created', { ...roomOf('odd'), created_at: 'now' }, 'created_at must be a whole number'],
          ['room/created', { created_at: at }, 'room_jid is required'],
          [
            'room/created',
            { ...roomOf('odd'), is_breakout: true, created_at: at },
            'breakout_room_id is required',
          ],
          [
            'room/destroyed',
            { ...roomOf('odd'), created_at: at, destroyed_at: at, all_occupants: 'x' },
            'all_occupants must be a list',
          ],
          ['room/created', '[]', 'the body must be a JSON object'],
          ['room/created', '{"room', 'the body must be valid JSON'],
          ['room/created', '', 'the body must be a JSON object'],
          [
            'room/created',
            { ...roomOf('__jicofo-health-check-1'), created_at: at },
            'this room is no meeting',
          ],
        ]
        for (const [message, body, reason] of nonsense) {
          assert.deepEqual(await post(message, body), {
            status: 200,
            body: { status: 'ignored', message: reason },
          })
        }
        assert.equal(await only('odd'), undefined)
        const xml = await post('room/created', '<a/>', { 'content-type': 'text/xml' })
        assert.deepEqual([xml.status, xml.body['status']], [200, 'ignored'])
      })

      test('of 15,000 people is taken, and one that is larger than 4 MiB is a 200 that says so', async () => {
        const all = Array.from({ length: 15_000 }, (_, n) => ({
          occupant_jid: `${n}-d2f1c3a4-9b1e-4b7a-8f55-2f5f9c1e7a10@odd.local/Ab${n}`,
          joined_at: at + (n % HOUR),
          left_at: at + HOUR,
          name: `Person ${n}`,
        }))
        const body = { ...roomOf('crowd'), created_at: at, destroyed_at: at + HOUR }
        assert.equal(
          (await post('room/destroyed', { ...body, all_occupants: all })).body['status'],
          'success',
        )
        assert.equal((await only('crowd'))?.['occupants'], 0)
        const larger = await post('room/destroyed', {
          ...body,
          all_occupants: [{ ...ann, name: 'x'.repeat(5_000_000) }],
        })
        assert.deepEqual(larger, {
          status: 200,
          body: { status: 'ignored', message: 'the body is larger than 4 MiB' },
        })
      })

      test('without the token is 401, and what is read is counted by verdict', async () => {
        const denied = await post('room/created', {}, { authorization: 'Bearer wrong' })
        assert.deepEqual([denied.status, denied.body['status']], [401, 'unauthorized'])
        const metrics = await (await fetch(`${server.url}/metrics`)).text()
        const route = 'route="/event-sync/events/room/created"'
        for (const verdict of ['success', 'ignored', 'unauthorized']) {
          assert.match(
            metrics,
            new RegExp(`rollcall_requests_total\\{method="POST",${route},verdict="${verdict}"\\}`),
          )
        }
      })
    })

    describe('beside another sender of the same host', () => {
      const at = 1_795_300_000
      const room = { room_jid: 'both@conference.mixed.local', room_name: 'both', is_breakout: false }
      const call = (path: string, body: Thing) =>
        fetch(`${server.url}/api/v1${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
          body: JSON.stringify(body),
        })

      test('the meeting that the other one reports is left to it', async () => {
        const ms = at * 1_000 + 300
        await call('/rooms', { name: 'both', session: 'mixed-1', jid: room.room_jid, at: ms })
        const answers = [
          await post('room/created', { ...room, created_at: at + 1 }),
          await post('occupant/joined', {
            ...room,
            occupant: { occupant_jid: 'ann@mixed.local/a', joined_at: at + 4 },
          }),
        ]
        for (const { status, body } of answers) {
          assert.deepEqual([status, body['message']], [200, 'another sender reports this meeting'])
        }
        assert.deepEqual(
          (await ledgerOf('mixed.local')).map(({ session }) => session),
          ['mixed-1'],
        )
      })

      test('a meeting that it alone tells of is kept, and ends one that was never ended', async () => {
        await say([{ message: 'room/created', body: { ...room, created_at: at + HOUR } }])
        const rooms = await ledgerOf('mixed.local')
        const told = rooms.map(
          ({ session, endedAt, endReason }) =>
            `${String(session)} ${String(endedAt === null)} ${String(endReason)}`,
        )
        assert.deepEqual(told.toSorted(), [
          `event-sync:${room.room_jid}:${at + HOUR} true null`,
          'mixed-1 false superseded',
        ])
      })
    })
  })
}

test('what cannot be stored is a 503, which the plugin repeats', async (t) => {
  const server = await startServer({ databasePath: join(temporaryFolder(t), 'rollcall.db') })
  await server.store.close()
  const answer = await fetch(`${server.url}/event-sync/events/room/created`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room_jid: 'daily@conference.example.com', created_at: 1_795_000_000 }),
  })
  assert.equal(answer.status, 503)
  assert.equal(((await answer.json()) as Thing)['status'], 'busy')
  await server.app.close()
})

function byText(list: Thing[]): Thing[] {
  return list.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}
