// Pages of the event log: what fits, how far they have looked, and what they refuse.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRoom, endRoom, join, leave, T0 } from '../support/commands.ts'
import { startServer, type TestServer } from '../support/server.ts'

const OTHER = { session: 's2', jid: 'weekly@rooms.example.org' }

describe('GET /api/v1/events', () => {
  let server: TestServer
  before(async () => {
    server = await startServer()
    const commands = [
      createRoom(),
      createRoom(OTHER),
      join(),
      join({ roomJid: OTHER.jid }),
      leave(),
      endRoom(),
    ]
    await server.store.submitAll(commands.map((command) => ({ command, receivedAt: T0, key: null })))
  })
  after(() => server.stop())

  const pages: [query: string, seqs: number[], next: string | null, through: number][] = [
    ['', [1, 2, 3, 4, 5, 6], null, 6],
    ['?after=4', [5, 6], null, 6],
    ['?session=s1', [1, 3, 5, 6], null, 6],
    ['?room=weekly%40rooms.example.org', [2, 4], null, 6],
    ['?host=rooms.example.org', [2, 4], null, 6],
    ['?host=rooms.example.org&limit=1', [2], '2', 2],
    ['?host=rooms.example.org&type=occupant.joined', [4], null, 6],
    ['?type=room.created,room.ended', [1, 2, 6], null, 6],
    ['?type=room.ended&type=room.created,room.created', [1, 2, 6], null, 6],
    ['?session=s1&room=weekly%40rooms.example.org', [], null, 6],
    ['?session=never', [], null, 6],
  ]
  for (const [query, seqs, next, through] of pages) {
    test(`${query || 'without a filter'} gives ${seqs.join(', ') || 'nothing'}`, async () => {
      const page = (await (await get(query)).json()) as {
        events: { seq: number }[]
        next: unknown
        through: unknown
      }
      assert.deepEqual([page.events.map(({ seq }) => seq), page.next, page.through], [seqs, next, through])
    })
  }

  const refusals: [query: string, message: string][] = [
    [
      '?type=occupant.joined,nonsense',
      'type must be of room.created, room.ended, room.corrected, room.identified, occupant.joined, occupant.updated, occupant.left, occupant.corrected, occupant.moved',
    ],
    [
      '?type=',
      'type must be of room.created, room.ended, room.corrected, room.identified, occupant.joined, occupant.updated, occupant.left, occupant.corrected, occupant.moved',
    ],
    ['?session=', 'session must not be empty'],
    ['?session=a&session=b', 'session must be a string'],
    ['?room=', 'room must not be empty'],
    [`?room=${'x'.repeat(3_072)}`, 'room must be at most 3071 bytes of UTF-8'],
    ['?host=a%00b', 'host must not contain control characters'],
    ['?after=-1', 'after must be at least 0'],
    ['?after=x', 'after must be a whole number'],
    ['?sesion=s1', 'the query takes nothing but limit, cursor, after, session, room, host, type'],
  ]
  for (const accept of ['application/json', 'text/event-stream']) {
    for (const [query, message] of refusals) {
      test(`${query.slice(0, 40)} is invalid to who accepts ${accept}`, async () => {
        const response = await get(query, { accept })
        assert.equal(response.status, 422)
        assert.deepEqual(await response.json(), { status: 'invalid', message })
      })
    }
  }

  test('who accepts anything gets a page, and so does HEAD', async () => {
    const any = await get('', { accept: '*/*' })
    assert.equal(any.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(any.headers.get('vary'), 'accept')
    await any.text()
    const head = await fetch(`${server.url}/api/v1/events`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
    })
    assert.equal(head.headers.get('content-type'), 'application/json; charset=utf-8')
  })

  test('a Last-Event-ID that is none is invalid', async () => {
    for (const id of ['x', '-1', '1.5', '99999999999999999']) {
      const response = await get('', { accept: 'text/event-stream', 'last-event-id': id })
      assert.equal(response.status, 422)
      assert.equal(response.headers.get('x-validation-error'), 'Last-Event-ID must be the id of an event')
      await response.text()
    }
  })

  function get(query: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${server.url}/api/v1/events${query}`, { headers })
  }
})
