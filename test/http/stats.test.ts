// GET /api/v1/stats over HTTP: each parameter, and each way to get one wrong.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Command } from '../../src/ledger/command.ts'
import { createRoom, endRoom, join, leave } from '../support/commands.ts'
import { startServer, type TestServer } from '../support/server.ts'

const NOW = Date.parse('2026-03-29T12:00:00.000Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Thing = Record<string, unknown>
type Answer = {
  from: string
  to: string
  bucket: string
  tz: string
  total: Thing
  byHost: Record<string, Thing>
  byKind: Record<string, Thing>
  buckets: (Thing & { start: string })[]
  week: number[][]
  lengths: { atLeastMs: number; rooms: number }[]
  busiest: Thing[]
}

describe('stats', () => {
  let server: TestServer

  before(async () => {
    server = await startServer({ now: () => NOW })
    for (const command of world()) {
      assert.equal(await server.store.submit({ command, receivedAt: NOW, key: null }), 'success')
    }
  })
  after(() => server.stop())

  async function ask(parameters: string) {
    const answer = await fetch(`${server.url}/api/v1/stats${parameters}`)
    return {
      status: answer.status,
      reason: answer.headers.get('x-validation-error'),
      body: await answer.json(),
    }
  }

  async function stats(parameters = ''): Promise<Answer> {
    const { status, body } = await ask(parameters)
    assert.equal(status, 200)
    return body as Answer
  }

  test('are of the last 24 hours, by the hour, in UTC, where nothing else is asked', async () => {
    const { from, to, bucket, tz, total, byHost, byKind, buckets, week, busiest } = await stats()
    assert.deepEqual(
      { from, to, bucket, tz },
      { from: '2026-03-28T12:00:00.000Z', to: '2026-03-29T12:00:00.000Z', bucket: 'hour', tz: 'UTC' },
    )
    assert.deepEqual(total, {
      roomsCreated: 2,
      rooms: 2,
      people: 2,
      peak: 2,
      peakRooms: 2,
      average: 0.104,
      meetingMs: 120 * MINUTE,
      personMs: 150 * MINUTE,
      durationMs: { p50: 30 * MINUTE, p90: 90 * MINUTE, p99: 90 * MINUTE, max: 90 * MINUTE },
    })
    assert.deepEqual(Object.keys(byHost), ['one.example.com', 'two.example.com'])
    assert.deepEqual(Object.keys(byKind), ['conference', 'unknown'])
    assert.equal(byHost['two.example.com']?.['people'], 1)
    assert.equal(buckets.length, 24)
    assert.deepEqual(buckets.at(-2), {
      start: '2026-03-29T10:00:00.000Z',
      roomsCreated: 1,
      rooms: 1,
      people: 1,
      peak: 1,
      peakRooms: 1,
      average: 0.5,
      meetingMs: 30 * MINUTE,
      personMs: 30 * MINUTE,
    })
    assert.deepEqual([week.length, week[6]?.length, week[6]?.[10], week[6]?.[11]], [7, 24, 1, 1])
    assert.deepEqual(busiest[0], {
      session: 's1',
      name: 'daily',
      jid: 'daily@one.example.com',
      host: 'one.example.com',
      kind: 'conference',
      createdAt: '2026-03-29T10:30:00.000Z',
      endedAt: null,
      people: 2,
      durationMs: 90 * MINUTE,
    })
    assert.deepEqual(
      busiest.map(({ session, people }) => [session, people]),
      [
        ['s1', 2],
        ['s2', 1],
      ],
    )
  })

  test('count the rooms created in the range by how long they lasted, and no others', async () => {
    const lengths = async (from: number) =>
      (await stats(`?from=${from}`)).lengths
        .filter(({ rooms }) => rooms > 0)
        .map(({ atLeastMs, rooms }) => [atLeastMs / MINUTE, rooms])
    assert.deepEqual(await lengths(NOW - DAY), [
      [30, 1],
      [90, 1],
    ])
    assert.deepEqual(await lengths(NOW - HOUR), [[30, 1]])
  })

  test('take from and to as RFC 3339 or epoch milliseconds', async () => {
    const from = NOW - 90 * MINUTE
    const one = await stats(`?from=${from}&to=${NOW - HOUR}`)
    const other = await stats('?from=2026-03-29T12:30:00+02:00&to=2026-03-29t11:00:00z')
    assert.deepEqual(one, other)
    assert.deepEqual([one.from, one.total['roomsCreated']], ['2026-03-29T10:30:00.000Z', 1])
  })

  test('end now where only from is said, and begin a day earlier where only to is', async () => {
    assert.equal((await stats(`?from=${NOW - HOUR}`)).to, '2026-03-29T12:00:00.000Z')
    assert.equal((await stats(`?to=${NOW - DAY}`)).from, '2026-03-27T12:00:00.000Z')
    assert.equal((await stats('?to=1000')).from, '1970-01-01T00:00:00.000Z')
  })

  test('have days and hours of the zone, and the range as it was asked at either end', async () => {
    const day = await stats('?from=2026-03-28T12:00:00Z&bucket=day&tz=Europe/Berlin')
    assert.deepEqual(
      day.buckets.map(({ start, people }) => [start, people]),
      [
        ['2026-03-28T12:00:00.000Z', 0],
        ['2026-03-28T23:00:00.000Z', 2],
      ],
    )
    assert.equal(day.tz, 'Europe/Berlin')
    // On that day the clock went from 2 to 3.
    assert.equal((await stats('?from=2026-03-28T23:00:00Z&to=2026-03-29T22:00:00Z')).buckets.length, 23)
    const half = await stats('?tz=Asia/Kolkata')
    assert.deepEqual(
      half.buckets.slice(0, 2).map(({ start }) => start),
      ['2026-03-28T12:00:00.000Z', '2026-03-28T12:30:00.000Z'],
    )
    assert.deepEqual([half.week[6]?.[16], half.week[6]?.[10]], [2, 0])
  })

  test('have minutes too', async () => {
    const { buckets } = await stats(`?from=${NOW - HOUR}&bucket=minute`)
    assert.equal(buckets.length, 60)
    assert.deepEqual(buckets[0]?.['average'], 2)
  })

  test('are of one host, or of one kind, where that is asked', async () => {
    const one = await stats('?host=two.example.com')
    assert.deepEqual([one.total['rooms'], Object.keys(one.byHost)], [1, ['two.example.com']])
    assert.equal((await stats('?host=three.example.com')).total['rooms'], 0)
    assert.deepEqual(Object.keys((await stats('?kind=conference')).byKind), ['conference'])
    assert.deepEqual(Object.keys((await stats('?kind=unknown')).byHost), ['two.example.com'])
    assert.equal((await stats('?kind=lobby')).total['rooms'], 0)
  })

  test('need the read token where there is one', async () => {
    const guarded = await startServer({
      settings: { ROLLCALL_READ_TOKEN: 'r'.repeat(32), ROLLCALL_INGEST_TOKEN: 'i'.repeat(32) },
    })
    const as = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${guarded.url}/api/v1/stats`, { headers })).status
    }
    assert.deepEqual([await as('r'.repeat(32)), await as('i'.repeat(32)), await as('x')], [200, 401, 401])
    await guarded.stop()
  })

  const instant = 'must be epoch milliseconds or an RFC 3339 time'
  const zone = 'tz must be an IANA time zone, as in Europe/Berlin'
  for (const [parameters, reason] of [
    ['?from=yesterday', `from ${instant}`],
    ['?to=', 'to must not be empty'],
    ['?to=2026-02-30T00:00:00Z', `to ${instant}`],
    ['?from=-1', `from ${instant}`],
    ['?from=1000&from=2000', 'from must be a string'],
    ['?from=2000&to=1000', 'from must be before to'],
    ['?from=1000&to=1000', 'from must be before to'],
    ['?bucket=week', 'bucket must be minute or hour or day'],
    ['?tz=Mars/Olympus', zone],
    ['?tz=', 'tz must not be empty'],
    [`?tz=${'x'.repeat(65)}`, 'tz must be at most 64 bytes of UTF-8'],
    ['?hosts=a', 'the query takes nothing but from, to, bucket, tz, host, kind'],
    ['?host=', 'host must not be empty'],
    ['?kind=party', 'kind must be conference or breakout or lobby or unknown'],
    ['?from=0', 'from and to must span at most 2000 buckets of one hour'],
    ['?from=0&to=120000001&bucket=minute', 'from and to must span at most 2000 buckets of one minute'],
    ['?from=1800000&to=7201800000&tz=UTC', 'from and to must span at most 2000 buckets of one hour'],
  ]) {
    test(`refuse ${parameters?.slice(0, 60)}`, async () => {
      const refused = await ask(parameters ?? '')
      assert.deepEqual(refused, { status: 422, reason, body: { status: 'invalid', message: reason } })
    })
  }

  test('have up to 2,000 buckets', async () => {
    assert.equal((await stats('?from=0&to=120000000&bucket=minute')).buckets.length, 2_000)
    assert.equal((await stats('?from=0&to=172800000000&bucket=day')).buckets.length, 2_000)
  })
})

/** Ann and Ben in a room that goes on, half an hour of Ann in another, and in none of the figures: focus, a health check. */
function world(): Command[] {
  const one = { session: 's1', jid: 'daily@one.example.com', roomJid: 'daily@one.example.com' }
  const two = { session: 's2', jid: 'weekly@two.example.com', roomJid: 'weekly@two.example.com' }
  const ann = { jid: 'ann@example.com/a', userId: 'ann' }
  const half = NOW - 90 * MINUTE
  const check = { session: 's3', jid: '__jicofo-health-check-1@one.example.com' }
  return [
    createRoom({ ...one, kind: 'conference', at: half }),
    join({ ...one, jid: 'focus@auth.example.com/focus', at: half }),
    join({ ...one, ...ann, at: NOW - HOUR }),
    join({ ...one, jid: 'ben@example.com/b', nick: 'Ben', at: half }),
    createRoom({ ...two, name: 'weekly', at: NOW - HOUR }),
    join({ ...two, ...ann, at: NOW - HOUR }),
    leave({ ...two, jid: ann.jid, at: NOW - HOUR / 2 }),
    endRoom({ ...two, at: NOW - HOUR / 2 }),
    createRoom({ ...check, at: NOW - HOUR }),
  ]
}
