import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketStarts, stretchesOf, type Bucket } from '../../src/ledger/buckets.ts'
import type { Kind } from '../../src/ledger/command.ts'
import { createTally, type Period, type Stats } from '../../src/ledger/stats.ts'
import { naiveMeasures, type NaiveRoom, type NaiveStay } from '../support/naive-stats.ts'
import { roomsAround, tell } from '../support/spans.ts'
import { zones } from '../support/zones.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const T0 = Date.parse('2026-01-01T10:00:00.000Z')

test('the figures are those of a slow and obvious count, for any rooms, range, buckets and zone', () => {
  const asked = fc.constantFrom(...zones).chain(({ tz, set }) =>
    fc.record({
      tz: fc.constant(tz),
      rooms: roomsAround(set),
      from: fc.integer({ min: -36 * 4, max: 36 * 4 - 1 }).map((quarter) => set + quarter * 15 * MINUTE),
      quarters: fc.integer({ min: 1, max: 36 * 4 }),
      now: fc.integer({ min: -36, max: 72 }).map((hour) => set + hour * HOUR),
      bucket: fc.constantFrom<Bucket>('hour', 'day'),
    }),
  )
  fc.assert(
    fc.property(asked, ({ tz, rooms, from, quarters, now, bucket }) => {
      const period = periodOf(tz, bucket, from, from + quarters * 15 * MINUTE, now)
      const stats = statsOf(period, rooms)
      const naive = (list: NaiveRoom[], start: number, end: number) => naiveMeasures(list, period, start, end)
      const whole = (list: NaiveRoom[]) => naive(list, period.from, period.to)

      assert.deepEqual(measuresOf(stats.total), whole(rooms))
      assert.deepEqual(
        stats.buckets,
        period.starts.map((start, index) => {
          return { start, ...naive(rooms, start, period.starts[index + 1] ?? period.to) }
        }),
      )
      for (const [host, figures] of Object.entries(stats.byHost)) {
        assert.deepEqual(measuresOf(figures), whole(rooms.filter((room) => room.host === host)))
      }
      for (const [kind, figures] of Object.entries(stats.byKind)) {
        assert.deepEqual(
          measuresOf(figures),
          whole(rooms.filter((room) => (room.kind ?? 'unknown') === kind)),
        )
      }
      for (const groups of [stats.byHost, stats.byKind]) {
        assert.equal(sum(Object.values(groups).map(({ rooms }) => rooms)), stats.total.rooms)
      }
      assert.equal(sum(stats.week.flat()), stats.total.roomsCreated)
    }),
    { numRuns: 1_000 },
  )
})

test('somebody on two devices, or in two rooms, is one person, at every instant and in the sum', () => {
  const { total } = statsOf(hours(2), [
    room({ stays: [ann(0, 40), ann(10, 60), stay('ben', 20, 30)] }),
    room({ session: 's2', stays: [ann(50, 90)] }),
  ])
  assert.deepEqual([total.people, total.peak, total.personMs], [2, 2, 100 * MINUTE])
})

test('somebody on two hosts counts on each of them, and once in all', () => {
  const { total, byHost } = statsOf(hours(2), [
    room({ stays: [ann(0, 60)] }),
    room({ session: 's2', host: 'two.example.com', stays: [ann(30, 90)] }),
  ])
  assert.deepEqual([total.people, total.peak, total.personMs], [1, 1, 90 * MINUTE])
  for (const figures of Object.values(byHost)) {
    assert.deepEqual([figures.people, figures.peak, figures.personMs], [1, 1, 60 * MINUTE])
  }
})

test('the peak lies between two instants that no bucket looks at', () => {
  const { total, buckets } = statsOf(hours(1), [
    room({ stays: [stay('ann', 10, 10.02), stay('ben', 10.01, 10.03), stay('cem', 10.02, 40)] }),
  ])
  assert.equal(total.peak, 2)
  assert.equal(buckets[0]?.peak, 2)
})

test('who left in the millisecond of joining was there all the same', () => {
  const { total } = statsOf(hours(1), [room({ stays: [ann(10, 10)] })])
  assert.deepEqual([total.people, total.peak, total.personMs], [1, 1, 1])
})

test('what is live counts until now, and what comes after now does not', () => {
  const live = room({ endedAt: null, stays: [{ joinedAt: T0, leftAt: null, person: 'ann' }] })
  const { total, buckets } = statsOf({ ...hours(3), now: T0 + 90 * MINUTE }, [live])
  assert.equal(total.durationMs.max, 90 * MINUTE)
  assert.equal(total.average, 1)
  assert.deepEqual(
    buckets.map(({ people, average, personMs }) => [people, average, personMs / MINUTE]),
    [
      [1, 1, 60],
      [1, 1, 30],
      [0, 0, 0],
    ],
  )
})

test('services are no people, and health checks are no meetings', () => {
  const { total, busiest } = statsOf(hours(1), [
    room({ stays: [stay(null, 0, 60)] }),
    room({ session: 's2', jid: '__jicofo-health-check-1@one.example.com', stays: [ann(0, 60)] }),
  ])
  assert.deepEqual([total.rooms, total.people, total.peak], [1, 0, 0])
  assert.equal(busiest.length, 1)
})

test('durations are of whole meetings, by the nearest rank, of those that were created in the range', () => {
  const created = Array.from({ length: 100 }, (_, index) =>
    room({ session: `s${index}`, endedAt: T0 + (index + 1) * MINUTE }),
  )
  const before = room({ session: 'before', createdAt: T0 - 1, endedAt: T0 + 1_000 * HOUR })
  const { durationMs, roomsCreated, rooms } = statsOf(hours(1), [...created, before]).total
  assert.deepEqual([roomsCreated, rooms], [100, 101])
  const minutes = { p50: 50, p90: 90, p99: 99, max: 100 }
  assert.deepEqual(
    Object.entries(durationMs).map(([name, time]) => [name, (time ?? 0) / MINUTE]),
    Object.entries(minutes),
  )
})

test('where nothing happened everything is zero, and no duration is known', () => {
  const { total, busiest, byHost } = statsOf(hours(1), [])
  assert.deepEqual(total.durationMs, { p50: null, p90: null, p99: null, max: null })
  assert.deepEqual([total.rooms, total.people, total.peak, total.average], [0, 0, 0, 0])
  assert.deepEqual([busiest, byHost], [[], {}])
})

test('the busiest rooms are the ten with the most people, the longer of two first', () => {
  const rooms = Array.from({ length: 15 }, (_, index) =>
    room({
      session: `s${index}`,
      endedAt: T0 + (30 + index) * MINUTE,
      stays: Array.from({ length: index < 13 ? index : 12 }, (_, person) => stay(`p${person}`, 0, 30)),
    }),
  )
  const { busiest } = statsOf(hours(1), rooms)
  assert.deepEqual(
    busiest.map(({ session, people }) => `${session} ${people}`),
    ['s14 12', 's13 12', 's12 12', 's11 11', 's10 10', 's9 9', 's8 8', 's7 7', 's6 6', 's5 5'],
  )
  assert.equal(busiest[0]?.durationMs, 44 * MINUTE)
})

test('meetings are counted by weekday and hour of the zone', () => {
  const from = Date.parse('2026-11-22T00:00:00Z')
  const period = periodOf('Asia/Kolkata', 'hour', from, from + 24 * HOUR, from + 24 * HOUR)
  const { week } = statsOf(period, [room({ createdAt: from + 20 * HOUR, endedAt: null })])
  assert.equal(week[0]?.[1], 1)
  assert.equal(sum(week.flat()), 1)
})

function hours(count: number): Period {
  return periodOf('UTC', 'hour', T0, T0 + count * HOUR, T0 + 24 * HOUR)
}

function periodOf(tz: string, bucket: Bucket, from: number, to: number, now: number): Period {
  const clock = stretchesOf(tz, from, to)
  return { from, to, now, clock, starts: bucketStarts(bucket, clock, to) }
}

function statsOf(period: Period, rooms: NaiveRoom[]): Stats {
  const tally = createTally(period)
  tell(tally, rooms)
  return tally.stats()
}

function measuresOf<T extends { durationMs: unknown }>({ durationMs: _durationMs, ...measures }: T) {
  return measures
}

function room(more: Partial<NaiveRoom> = {}): NaiveRoom {
  const kind: Kind = 'conference'
  const address = { session: 's1', name: 'daily', jid: 'daily@one.example.com', host: 'one.example.com' }
  return { ...address, kind, createdAt: T0, endedAt: T0 + HOUR, stays: [], ...more }
}

/** Minutes after T0. */
function stay(person: string | null, joined: number, left: number): NaiveStay {
  return { person, joinedAt: T0 + joined * MINUTE, leftAt: T0 + left * MINUTE }
}

function ann(joined: number, left: number): NaiveStay {
  return stay('ann', joined, left)
}

function sum(figures: number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}
