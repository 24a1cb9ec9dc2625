// Arbitrary rooms and stays, close enough together that they overlap, touch, and reach over the edges.
import fc from 'fast-check'
import type { Kind } from '../../src/ledger/command.ts'
import type { Tally } from '../../src/ledger/stats.ts'
import type { NaiveRoom } from './naive-stats.ts'

const HOUR = 3_600_000

/** Up to a day and a half around `around`, most of them on the quarters of an hour. */
function instant(around: number): fc.Arbitrary<number> {
  return fc
    .record({ quarter: fc.integer({ min: -144, max: 144 }), jitter: fc.constantFrom(0, 0, 0, 1, 12_345) })
    .map(({ quarter, jitter }) => around + quarter * (HOUR / 4) + jitter)
}

/** Mostly a while later, sometimes at once, sometimes not yet. */
const length = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((quarters) => (quarters * HOUR) / 4) },
  { weight: 1, arbitrary: fc.constant(null) },
)

/** By quarters of an hour after the room was created; who is there at its end leaves with it. */
const stay = fc.record({
  joined: fc.integer({ min: -2, max: 19 }),
  length,
  person: fc.constantFrom('ann', 'ben', 'cem', 'dan', null),
})

const room = fc.record({
  length,
  host: fc.constantFrom('one.example.com', 'two.example.com'),
  kind: fc.constantFrom<Kind | null>('conference', 'breakout', null),
  name: fc.constantFrom('daily', 'weekly', '__jicofo-health-check-1'),
  stays: fc.array(stay, { maxLength: 6 }),
})

export function roomsAround(around: number): fc.Arbitrary<NaiveRoom[]> {
  const rooms = fc.array(fc.record({ createdAt: instant(around), room }), { maxLength: 8, size: 'max' })
  return rooms.map((list) =>
    list.map(({ createdAt, room: { length, name, host, kind, stays } }, index) => {
      const endedAt = endOf(createdAt, length)
      const inIt = stays
        .map(({ joined, length, person }) => {
          const joinedAt = createdAt + (joined * HOUR) / 4
          const leftAt = endOf(joinedAt, length)
          return { joinedAt, leftAt: endedAt && Math.min(leftAt ?? Infinity, endedAt), person }
        })
        .filter(({ joinedAt }) => endedAt === null || joinedAt < endedAt || joinedAt === createdAt)
      const address = { session: `s${index}`, name, jid: `${name}@${host}`, host, kind }
      return { ...address, createdAt, endedAt, stays: inIt }
    }),
  )
}

function endOf(began: number, length: number | null): number | null {
  return length === null ? null : began + length
}

/** Tells a tally of these rooms. */
export function tell(tally: Tally, rooms: NaiveRoom[]): void {
  const people = new Map<string, number>()
  for (const { stays, ...room } of rooms) {
    tally.room(room)
    for (const { person, joinedAt, leftAt } of stays) {
      if (person === null) continue
      const who = people.get(person) ?? people.size
      people.set(person, who)
      tally.stay(who, joinedAt, leftAt)
    }
  }
}
