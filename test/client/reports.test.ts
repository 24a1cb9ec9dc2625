// rollcall/client on what the ledger knows of people and time: of a real server with one meeting in it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createClient, type Client } from '../../src/client/index.ts'
import { startServer } from '../support/server.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const ROOM = 'daily@conference.example.com'

/** Ann is there from 9:00 to 9:30, Ben until 9:10, and a recorder. */
async function meeting(t: TestContext): Promise<Client> {
  const server = await startServer({ now: () => NOW })
  t.after(() => server.stop())
  const at = (time: string) => `2026-11-22T${time}:00Z`
  const join = { roomJid: ROOM, role: 'participant', at: at('09:00') }
  const leave = { roomJid: ROOM, reason: 'left' }
  await send('POST', 'rooms', { name: 'daily', session: 's1', jid: ROOM, at: at('09:00') })
  await send('POST', 'occupants', { ...join, jid: 'ann@example.com/a', nick: 'Ann', userId: 'u-17' })
  await send('POST', 'occupants', { ...join, jid: 'ben@example.com/b', nick: 'Ben' })
  await send('POST', 'occupants', { ...join, jid: 'recorder@recorder.example.com/r', nick: 'Rec' })
  await send('PUT', 'occupants/ann@example.com/a', { roomJid: ROOM, nick: 'Ann B.', at: at('09:20') })
  await send('DELETE', 'occupants/ben@example.com/b', { ...leave, at: at('09:10') })
  await send('DELETE', 'rooms/s1', { jid: ROOM, at: at('09:30') })
  return createClient({ url: server.url })

  async function send(method: string, path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/api/v1/${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 200, path)
  }
}

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const entry of entries) found.push(entry)
  return found
}

test('who was there at an instant, said as text, as a number or as a Date', async (t) => {
  const { rooms, occupants } = await meeting(t)
  const text = '2026-11-22T09:15:00Z'
  for (const at of [text, Date.parse(text), new Date(text)]) {
    const stays = await all(occupants.list({ room: ROOM, at, service: false, limit: 1 }))
    assert.deepEqual(
      stays.map(({ roomName, nick, leftAt }) => [roomName, nick, leftAt]),
      [['daily', 'Ann', null]],
    )
    assert.equal((await rooms.get('s1', { at })).endedAt, null)
    const then = await all(rooms.occupants('s1', { at }))
    assert.deepEqual(
      then.map(({ nick, leftAt }) => [nick, leftAt === null]),
      [
        ['Ann', true],
        ['Ben', false],
        ['Rec', true],
      ],
    )
    assert.equal((await all(rooms.list({ at, q: 'dai', sort: '-duration' }))).length, 1)
  }
  assert.deepEqual(await all(rooms.list({ from: new Date('2026-11-22T09:31:00Z') })), [])
})

test('people, one after another, and the meetings of one', async (t) => {
  const { people } = await meeting(t)
  const found = await all(people.list({ sort: 'name', limit: 1 }))
  assert.deepEqual(
    found.map(({ name, verified, totalMs }) => [name, verified, totalMs]),
    [
      ['Ann B.', true, 1_800_000],
      ['Ben', false, 600_000],
    ],
  )
  const [ann] = await all(people.list({ verified: true }))
  const { name, latest } = await people.get(ann?.id ?? '')
  assert.equal(name, 'Ann B.')
  assert.deepEqual(latest, await all(people.meetings(ann?.id ?? '')))
  assert.equal(latest[0]?.session, 's1')
  await assert.rejects(people.get('a/b'), { status: 404, word: 'not-found' })
})

test('figures of a range, clients, and the hosts', async (t) => {
  const { stats, clients, hosts } = await meeting(t)
  const { total, buckets } = await stats({
    from: new Date('2026-11-22T09:00:00Z'),
    to: NOW,
    bucket: 'minute',
  })
  assert.deepEqual([total.people, total.peak, total.personMs, buckets.length], [2, 2, 2_400_000, 60])
  assert.equal((await clients({ to: NOW })).stays, 2)
  assert.deepEqual(
    (await hosts()).map(({ host, rooms }) => [host, rooms]),
    [['conference.example.com', 0]],
  )
})

test('attendance of a meeting, and of all meetings of a room', async (t) => {
  const { attendance } = await meeting(t)
  for (const subject of ['s1', { room: ROOM }]) {
    const { people, leftOut, threshold } = await attendance(subject, {
      threshold: 50,
      exclude: ['Ben, B.', 'ben'],
    })
    assert.deepEqual(
      people.map(({ name, share, present }) => [name, share, present]),
      [['Ann B.', 1, true]],
    )
    assert.deepEqual([leftOut, threshold], [{ services: 1, excluded: 1, healthChecks: 0 }, 50])
  }
  await assert.rejects(attendance('s9'), { status: 404, word: 'not-found' })
  await assert.rejects(attendance({ room: ROOM }, { to: '2026-11-22' }), { status: 404, word: 'not-found' })
})

test('the same as a file', async (t) => {
  const { attendanceFile } = await meeting(t)
  const csv = await attendanceFile('s1', 'csv', { columns: 'name,total', notes: false })
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
  assert.equal(await csv.text(), 'Name,Total\r\nAnn B.,0:30:00\r\nBen,0:10:00\r\n')
  const xlsx = await attendanceFile({ room: ROOM }, 'xlsx')
  assert.match(xlsx.headers.get('content-disposition') ?? '', /\.xlsx/)
  assert.equal(Buffer.from(await xlsx.arrayBuffer()).toString('latin1', 0, 2), 'PK')
})
