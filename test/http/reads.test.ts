// What is read over HTTP: every parameter, every list, and an instant of the past.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startServer, type TestServer } from '../support/server.ts'

const T0 = Date.parse('2026-01-01T10:00:00.000Z')
const MINUTE = 60_000
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

type Answer = { status: number; body: Record<string, unknown>; header: string | null }
type Fields = Record<string, unknown>

describe('over HTTP', () => {
  let server: TestServer
  let now = T0

  async function get(path: string, token = ''): Promise<Answer> {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    const answer = await fetch(`${server.url}/api/v1${path}`, { headers })
    const header = answer.headers.get('x-validation-error')
    return { status: answer.status, body: (await answer.json()) as Fields, header }
  }

  async function list(path: string, name: string): Promise<Fields[]> {
    const { status, body } = await get(path)
    assert.equal(status, 200, JSON.stringify(body))
    return body[name] as Fields[]
  }

  async function send(method: string, path: string, minute: number, body: Fields): Promise<void> {
    now = T0 + minute * MINUTE
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 200, await answer.text())
  }

  const daily = 'daily@muc.example.com'
  const weekly = 'weekly@breakout.example.com'
  const minute = (n: number) => new Date(T0 + n * MINUTE).toISOString()

  before(async () => {
    server = await startServer({ now: () => now })
    const ann = {
      jid: 'ann@example.com/a',
      nick: 'Ann',
      role: 'participant',
      userId: 'u-17',
      userAgent: CHROME,
    }
    await send('POST', '/rooms', 0, { session: 's1', jid: daily, name: 'Daily', kind: 'conference' })
    await send('POST', '/occupants', 0, {
      jid: 'focus@auth.example.com/focus',
      roomJid: daily,
      nick: 'focus',
      role: 'moderator',
    })
    await send('POST', '/occupants', 10, { ...ann, roomJid: daily })
    await send('PUT', '/occupants/ann@example.com/a', 20, {
      roomJid: daily,
      nick: 'Ann B.',
      role: 'moderator',
    })
    await send('POST', '/occupants', 30, {
      jid: 'ben@example.com/b',
      roomJid: daily,
      nick: 'Ben',
      role: 'participant',
      email: 'ben@example.com',
    })
    await send('DELETE', '/occupants/ann@example.com/a', 40, { roomJid: daily, reason: 'left' })
    await send('DELETE', '/rooms/s1', 60, { jid: daily })
    await send('POST', '/rooms', 90, {
      session: 'x/occupants',
      jid: weekly,
      name: 'Weekly',
      kind: 'breakout',
      parentJid: daily,
    })
    await send('POST', '/occupants', 100, { ...ann, roomJid: weekly })
    now = T0 + 120 * MINUTE
  })
  after(() => server.stop())

  test('a room tells how long it lasted and how many were in it, services left out', async () => {
    assert.deepEqual((await get('/rooms/s1')).body, {
      session: 's1',
      jid: daily,
      host: 'muc.example.com',
      name: 'Daily',
      kind: 'conference',
      parentJid: null,
      createdAt: minute(0),
      endedAt: minute(60),
      endReason: null,
      inferred: false,
      occupants: 0,
      people: 2,
      peak: 2,
      durationMs: 60 * MINUTE,
    })
    const { body } = await get('/rooms/x%2Foccupants')
    assert.deepEqual([body['occupants'], body['durationMs'], body['endedAt']], [1, 30 * MINUTE, null])
  })

  test('a stay tells who it was, with what, and what they changed', async () => {
    const [, ann] = await list('/rooms/s1/occupants', 'occupants')
    assert.match(String(ann?.['person']), /^[\w-]{22}$/)
    assert.deepEqual(
      { ...ann, person: '' },
      {
        id: 3,
        person: '',
        jid: 'ann@example.com/a',
        nick: 'Ann B.',
        role: 'moderator',
        email: null,
        avatar: null,
        userAgent: CHROME,
        ip: null,
        userId: 'u-17',
        joinedAt: minute(10),
        leftAt: minute(40),
        leaveReason: 'left',
        inferred: false,
        verified: true,
        service: false,
        durationMs: 30 * MINUTE,
        client: { browser: 'Chrome 142', system: 'Linux' },
        history: [
          { at: minute(10), nick: 'Ann', role: 'participant' },
          { at: minute(20), nick: 'Ann B.', role: 'moderator' },
        ],
      },
    )
    const [focus] = await list('/rooms/s1/occupants?limit=1', 'occupants')
    assert.deepEqual([focus?.['service'], focus?.['person'], focus?.['verified']], [true, null, false])
  })

  test('who was in the room at 10:15 is one call, with the names of that time', async () => {
    const at = '2026-01-01T10:15:00Z'
    const there = await list(`/occupants?room=${daily}&at=${at}&service=false`, 'occupants')
    assert.deepEqual(
      there.map(({ nick, role, leftAt, durationMs, roomName, history }) => [
        nick,
        role,
        leftAt,
        durationMs,
        roomName,
        history,
      ]),
      [
        [
          'Ann',
          'participant',
          null,
          5 * MINUTE,
          'Daily',
          [{ at: minute(10), nick: 'Ann', role: 'participant' }],
        ],
      ],
    )
    const [room] = await list(`/rooms?at=${at}`, 'rooms')
    assert.deepEqual(
      [
        room?.['session'],
        room?.['endedAt'],
        room?.['occupants'],
        room?.['people'],
        room?.['peak'],
        room?.['durationMs'],
      ],
      ['s1', null, 1, 1, 1, 15 * MINUTE],
    )
    assert.equal((await get(`/rooms/s1?at=${at}`)).body['endedAt'], null)
    assert.equal((await list(`/rooms/s1/occupants?at=${at}`, 'occupants')).length, 2)
  })

  test('an instant may be given in epoch milliseconds, or with a plus sign that was not encoded', async () => {
    for (const at of [`${T0 + 15 * MINUTE}`, '2026-01-01T11:15:00+01:00', '2026-01-01T11:15:00%2B01:00']) {
      assert.equal((await list(`/rooms?at=${at}`, 'rooms'))[0]?.['session'], 's1', at)
    }
  })

  test('a room that had not begun by then is not there', async () => {
    const { status, body } = await get(`/rooms/x%2Foccupants?at=${minute(89)}`)
    assert.deepEqual([status, body['status']], [404, 'not-found'])
    assert.equal((await get(`/rooms/x%2Foccupants/occupants?at=${minute(89)}`)).status, 404)
    assert.equal((await get(`/rooms/x%2Foccupants?at=${minute(90)}`)).status, 200)
  })

  test('rooms are found by each parameter', async () => {
    const person = String((await list('/people?q=ben', 'people'))[0]?.['id'])
    const found = async (query: string) =>
      (await list(`/rooms?${query}`, 'rooms')).map(({ name }) => name).join(' ')
    const wanted: Record<string, string> = {
      '': 'Weekly Daily',
      'state=live': 'Weekly',
      'state=ended': 'Daily',
      'q=DAIL': 'Daily',
      'host=breakout.example.com': 'Weekly',
      'kind=conference': 'Daily',
      [`parent=${daily}`]: 'Weekly',
      [`parent=${daily}&to=${minute(60)}`]: '',
      [`person=${person}`]: 'Daily',
      [`from=${minute(60)}`]: 'Weekly',
      [`to=${minute(90)}`]: 'Daily',
      [`from=${minute(59)}&to=${minute(91)}`]: 'Weekly Daily',
      [`minDuration=${31 * MINUTE}`]: 'Daily',
      'sort=created': 'Daily Weekly',
      'sort=-duration': 'Daily Weekly',
      'sort=duration': 'Weekly Daily',
      'sort=ended': 'Daily Weekly',
      'sort=-ended': 'Weekly Daily',
      'sort=name': 'Daily Weekly',
      'sort=-name': 'Weekly Daily',
      [`at=${minute(100)}`]: 'Weekly',
      [`at=${minute(100)}&state=all`]: 'Weekly Daily',
      [`at=${minute(100)}&state=ended`]: 'Daily',
    }
    for (const [query, names] of Object.entries(wanted)) assert.equal(await found(query), names, query)
  })

  test('stays are found by each parameter, the newest meeting first', async () => {
    const person = String((await list('/people?q=ben', 'people'))[0]?.['id'])
    const found = async (query: string) =>
      (await list(`/occupants?${query}`, 'occupants')).map(({ nick }) => nick).join(' ')
    const wanted: Record<string, string> = {
      '': 'Ann focus Ann B. Ben',
      'state=live': 'Ann',
      'state=ended': 'focus Ann B. Ben',
      'session=s1': 'focus Ann B. Ben',
      [`room=${weekly}`]: 'Ann',
      'host=muc.example.com&service=false': 'Ann B. Ben',
      'kind=breakout': 'Ann',
      [`parent=${daily}`]: 'Ann',
      [`person=${person}`]: 'Ben',
      'service=true': 'focus',
      [`from=${minute(45)}&to=${minute(50)}`]: 'focus Ben',
      [`at=${minute(35)}`]: 'focus Ann B. Ben',
      [`at=${minute(45)}&state=ended`]: 'Ann B.',
    }
    for (const [query, nicks] of Object.entries(wanted)) assert.equal(await found(query), nicks, query)
  })

  test('a person has their names, meetings and time', async () => {
    const people = await list('/people', 'people')
    assert.deepEqual(
      people.map(({ name }) => name),
      ['Ann', 'Ben'],
    )
    const { id, ...ann } = people[0] ?? {}
    assert.deepEqual(ann, {
      name: 'Ann',
      email: null,
      userId: 'u-17',
      verified: true,
      names: ['Ann', 'Ann B.'],
      meetings: 2,
      stays: 2,
      totalMs: 50 * MINUTE,
      firstSeen: minute(10),
      lastSeen: minute(120),
      live: true,
    })
    const { status, body } = await get(`/people/${String(id)}`)
    const inWeekly = {
      session: 'x/occupants',
      name: 'Weekly',
      jid: weekly,
      joinedAt: minute(100),
      leftAt: null,
      totalMs: 20 * MINUTE,
    }
    const inDaily = {
      session: 's1',
      name: 'Daily',
      jid: daily,
      joinedAt: minute(10),
      leftAt: minute(40),
      totalMs: 30 * MINUTE,
    }
    assert.deepEqual([status, body], [200, { id, ...ann, latest: [inWeekly, inDaily], next: null }])
    const first = await get(`/people/${String(id)}/meetings?limit=1`)
    assert.deepEqual(first.body['meetings'], [inWeekly])
    const second = await get(`/people/${String(id)}/meetings?limit=1&cursor=${String(first.body['next'])}`)
    assert.deepEqual(second.body, { meetings: [inDaily], next: null })
    assert.deepEqual(
      (await list('/people?verified=false', 'people')).map(({ name }) => name),
      ['Ben'],
    )
    assert.deepEqual(
      (await list('/people?sort=-name', 'people')).map(({ name }) => name),
      ['Ben', 'Ann'],
    )
  })

  test('nobody has an id that was not given', async () => {
    for (const path of ['/people/nobody', '/people/nobody/meetings', '/people/a%2Fb']) {
      const { status, body } = await get(path)
      assert.deepEqual([status, body], [404, { status: 'not-found', message: 'no person has this id' }], path)
    }
  })

  test('pages join up, and a cursor belongs to its list and its order', async () => {
    const { body } = await get('/rooms?limit=1')
    const next = String(body['next'])
    assert.match(next, /^[\w-]+$/)
    assert.equal((await list(`/rooms?limit=1&cursor=${next}`, 'rooms'))[0]?.['session'], 's1')
    for (const path of [
      `/rooms?sort=created&cursor=${next}`,
      `/rooms?sort=name&cursor=${next}`,
      `/occupants?cursor=${next}`,
      `/people?cursor=${next}`,
      '/rooms?cursor=1',
      '/rooms?cursor=W10',
      '/rooms/s1/occupants?cursor=2',
    ]) {
      const { status, body: refused } = await get(path)
      const message = 'cursor must be the next of a page of this list, sorted in the same way'
      assert.deepEqual([status, refused], [422, { status: 'invalid', message }], path)
    }
  })

  test('what is no parameter, or not its value, is refused with a sentence that never repeats it', async () => {
    const wanted: Record<string, RegExp> = {
      '/rooms?sate=live': /^the query takes nothing but .*state/,
      '/rooms?state=dead': /^state must be live or ended or all$/,
      '/rooms?state=live&state=live': /^state must be/,
      '/rooms?limit=0': /^limit must be at least 1$/,
      '/rooms?limit=1001': /^limit must be at most 1000$/,
      '/rooms?limit=ten': /^limit must be a whole number$/,
      '/rooms?q=': /^q must not be empty$/,
      [`/rooms?q=${'x'.repeat(1_024)}`]: /^q must be at most 1023 bytes/,
      '/rooms?parent=': /^parent must not be empty$/,
      [`/occupants?parent=${'x'.repeat(3_072)}`]: /^parent must be at most 3071 bytes/,
      '/rooms?kind=party': /^kind must be conference or breakout or lobby or unknown$/,
      '/rooms?sort=color': /^sort must be created or -created/,
      '/rooms?at=yesterday': /^at must be epoch milliseconds or an RFC 3339 time$/,
      '/rooms?at=2026-01-01T12:00:00.001Z': /^at must not be in the future$/,
      '/rooms?from=x': /^from must be epoch milliseconds/,
      '/rooms?from=5&to=5': /^from must be before to$/,
      '/rooms/s1?state=live': /^the query takes nothing but at$/,
      '/rooms/s1/occupants?person=x': /^the query takes nothing but limit, cursor, at$/,
      '/occupants?service=yes': /^service must be true or false$/,
      '/occupants?q=ann': /^the query takes nothing but/,
      '/people?verified=1': /^verified must be true or false$/,
      '/people?at=5': /^the query takes nothing but/,
      '/people/x?limit=1': /^the query takes nothing$/,
      '/hosts?host=x': /^the query takes nothing$/,
      '/rooms?q=a%00b': /^q must not contain control characters$/,
      '/rooms?host=%00': /^host must not contain control characters$/,
      '/rooms?person=%7F': /^person must not contain control characters$/,
      '/occupants?room=%0A': /^room must not contain control characters$/,
      '/occupants?session=%00': /^session must not contain control characters$/,
      '/people?q=%00': /^q must not contain control characters$/,
      '/people/%00': /^the path must not contain control characters$/,
      '/people/%00/meetings': /^the path must not contain control characters$/,
      '/rooms/%00': /^the path must not contain control characters$/,
      '/rooms/a%00/occupants': /^the path must not contain control characters$/,
      '/rooms/%00/attendance': /^the path must not contain control characters$/,
      '/attendance?room=%00': /^room must not contain control characters$/,
      '/stats?host=%00': /^host must not contain control characters$/,
      '/rooms?to=253402300800000': /^to must be epoch milliseconds or an RFC 3339 time$/,
      '/stats?to=253402300800000': /^to must be epoch milliseconds or an RFC 3339 time$/,
    }
    for (const [path, message] of Object.entries(wanted)) {
      const { status, body, header } = await get(path)
      assert.equal(status, 422, path)
      assert.equal(body['status'], 'invalid', path)
      assert.match(String(body['message']), message, path)
      assert.equal(header, body['message'])
    }
  })
})

test('reading needs the token for reading, and that token does not write', async () => {
  const server = await startServer({
    settings: { ROLLCALL_INGEST_TOKEN: 'ingest-token-123456', ROLLCALL_READ_TOKEN: 'read-token-12345678' },
  })
  const paths = [
    '/rooms',
    '/rooms/s1',
    '/rooms/s1/occupants',
    '/occupants',
    '/people',
    '/people/x',
    '/people/x/meetings',
  ]
  for (const path of paths) {
    const status = async (token: string) =>
      (await fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).status
    assert.equal(await status('ingest-token-123456'), 401, path)
    assert.notEqual(await status('read-token-12345678'), 401, path)
  }
  const write = await fetch(`${server.url}/api/v1/rooms`, {
    method: 'POST',
    headers: { authorization: 'Bearer read-token-12345678', 'content-type': 'application/json' },
    body: JSON.stringify({ session: 's1', jid: 'a@b', name: 'a' }),
  })
  assert.equal(write.status, 401)
  await server.stop()
})

test('what names people is kept by no cache, and is what it says it is', async (t) => {
  const settings = { ROLLCALL_INGEST_TOKEN: 'ingest', ROLLCALL_READ_TOKEN: 'read' }
  const server = await startServer({ settings })
  t.after(() => server.stop())
  const document = await fetch(`${server.url}/api/v1/openapi.json`)
  const { paths } = (await document.json()) as { paths: Record<string, { get?: { responses: Fields } }> }
  const guarded = Object.keys(paths).filter((path) => paths[path]?.get?.responses['401'])
  assert.ok(guarded.length > 10 && guarded.includes('/api/v1/rooms/{session}/attendance'))
  for (const path of guarded) {
    for (const authorization of ['Bearer read', 'Bearer wrong']) {
      const { headers } = await fetch(server.url + path, { headers: { authorization } })
      const found = [headers.get('cache-control'), headers.get('x-content-type-options')]
      assert.deepEqual(found, ['no-store', 'nosniff'], path)
    }
  }
})
