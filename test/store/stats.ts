// The figures that every store must give. An engine's own test calls this with a way to open a fresh database.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bucketStarts, stretchesOf } from '../../src/ledger/buckets.ts'
import type { Command } from '../../src/ledger/command.ts'
import { createTally, UNKNOWN_KIND, type Stats } from '../../src/ledger/stats.ts'
import type { StatsQuery, Store } from '../../src/store/store.ts'
import { createRoom, endRoom, HOST, join, leave, T0 } from '../support/commands.ts'
import type { NaiveRoom } from '../support/naive-stats.ts'
import { roomsAround, tell as tellTally } from '../support/spans.ts'
import { freshStores, type Engine } from './engine.ts'

const HOUR = 3_600_000

export function statsContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`figures from ${engine.name}`, () => {
    test('are those of its rooms and stays, for any range, host and kind', () =>
      fc.assert(
        fc.asyncProperty(world, async ({ rooms, queries }) => {
          await using(async (store) => {
            await tell(store, rooms)
            for (const query of queries) assert.deepEqual(await store.stats(query), statsOf(query, rooms))
          })
        }),
        { numRuns: 6, endOnFailure: true },
      ))

    test('have every room once, however many there are, and however many began at one instant', () =>
      using(async (store) => {
        const rooms = Array.from({ length: 2_500 }, (_, index) =>
          createRoom({ session: `s${index}`, jid: `r${index}@${HOST}`, at: T0 + Math.floor(index / 600) }),
        )
        const requests = rooms.map((command) => ({ command, receivedAt: T0, key: null }))
        await store.submitAll(requests)
        const { total } = await store.stats(queryOf({ from: T0, hours: 1, now: T0 + HOUR }))
        assert.deepEqual([total.rooms, total.roomsCreated, total.peakRooms], [2_500, 2_500, 2_500])
      }))

    test('of nothing are nothing', () =>
      using(async (store) => {
        const { total, byHost, busiest } = await store.stats(queryOf({ from: T0, hours: 1, now: T0 }))
        assert.deepEqual([total.rooms, total.people, byHost, busiest], [0, 0, {}, []])
      }))
  })
}

type Range = { from: number; hours: number; now: number } & Partial<Pick<StatsQuery, 'host' | 'kind'>>

function queryOf({ from, hours, now, host = null, kind = null }: Range): StatsQuery {
  const to = from + hours * HOUR
  const clock = stretchesOf('Europe/Berlin', from, to)
  return { from, to, now, clock, starts: bucketStarts('hour', clock, to), host, kind }
}

const query = fc
  .record({
    from: fc.integer({ min: -36, max: 36 }).map((hour) => T0 + hour * HOUR),
    hours: fc.integer({ min: 1, max: 36 }),
    now: fc.integer({ min: 0, max: 72 }).map((hour) => T0 + hour * HOUR),
    host: fc.constantFrom(null, null, 'one.example.com', 'other.example.com'),
    kind: fc.constantFrom<StatsQuery['kind']>(null, null, 'conference', 'breakout', UNKNOWN_KIND),
  })
  .map(queryOf)

const world = fc.record({
  // A room's JID is its own: no two live ones share one.
  rooms: roomsAround(T0).map((rooms) =>
    rooms
      .toSorted((one, other) => one.createdAt - other.createdAt)
      .map((room, index) => ({ ...room, jid: `${room.name}-${index}@${room.host}` })),
  ),
  queries: fc.array(query, { minLength: 15, maxLength: 15 }),
})

/** Late, so that any instant is believed. */
async function tell(store: Store, rooms: NaiveRoom[]): Promise<void> {
  const commands = rooms.flatMap(reports)
  const receivedAt = T0 + 100 * HOUR
  const answers = await store.submitAll(commands.map((command) => ({ command, receivedAt, key: null })))
  assert.deepEqual(new Set(answers), new Set(commands.length > 0 ? ['success'] : []))
}

function reports({ stays, host: _host, ...room }: NaiveRoom): Command[] {
  const { jid: roomJid, session, createdAt, endedAt } = room
  const visits = stays.flatMap(({ person, joinedAt, leftAt }, index) => {
    const jid = person === null ? `focus@auth.example.com/${index}` : `${person}@example.com/${index}`
    const joined = join({ jid, roomJid, userId: person, at: joinedAt })
    return leftAt === null ? [joined] : [joined, leave({ jid, roomJid, at: leftAt })]
  })
  const ends = endedAt === null ? [] : [endRoom({ session, jid: roomJid, at: endedAt })]
  return [createRoom({ ...room, at: createdAt }), ...visits, ...ends]
}

function statsOf(query: StatsQuery, rooms: NaiveRoom[]): Stats {
  const tally = createTally(query)
  const asked = rooms.filter(
    ({ host, kind }) =>
      (query.host ?? host) === host && (query.kind ?? kind ?? UNKNOWN_KIND) === (kind ?? UNKNOWN_KIND),
  )
  tellTally(tally, asked)
  return tally.stats()
}
