// What every store must do when it is asked for events that fit. Part of the contract of stores.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fits } from '../../src/feed/filter.ts'
import { EVENT_TYPES } from '../../src/ledger/event.ts'
import { EVERYTHING, type EventFilter, type EventRecord, type Store } from '../../src/store/store.ts'
import { arrivals, createRoom, endRoom, join, T0 } from '../support/commands.ts'
import type { Using } from './engine.ts'

const filters: fc.Arbitrary<EventFilter> = fc.record({
  session: fc.option(fc.constantFrom('s1', 's2', 's3', 'never')),
  roomJid: fc.option(fc.constantFrom('one@conference.example.com', 'two@conference.example.com', 'never')),
  host: fc.option(fc.constantFrom('conference.example.com', 'never')),
  types: fc.option(fc.subarray(EVENT_TYPES, { minLength: 1 })),
})
const limits = fc.constantFrom(1, 3, 1_000)

/** As many as it takes for one page not to see all of them. */
const MANY = 12_000

export function eventsContract(using: Using): void {
  describe('when asked for events', () => {
    test('gives those that fit, each once and in order, on whatever pages', () =>
      fc.assert(
        fc.asyncProperty(arrivals, fc.array(fc.tuple(filters, limits), { minLength: 8 }), (list, asked) =>
          using(async (store) => {
            await store.submitAll(list.map(({ command, receivedAt }) => ({ command, receivedAt, key: null })))
            const { items: all, through } = await store.events({ limit: 1_000, cursor: 0 })
            assert.equal(await store.last(), all.length)
            assert.equal(through, all.length)
            for (const [filter, limit] of asked) {
              const fitting = all.filter((event) => fits(filter, event))
              assert.deepEqual(await everyPage(store, filter, limit), fitting)
            }
          }),
        ),
        { numRuns: 15, endOnFailure: true },
      ))

    test('looks at a bounded part of the log for a page, and says how far', () =>
      using(async (store) => {
        await fill(store)
        await say(store, endRoom({ session: 'm2', jid: 'm2@h.example.com' }))
        const filter: EventFilter = { ...EVERYTHING, types: ['room.ended'] }
        const first = await store.events({ limit: 100, cursor: 0, filter })
        assert.deepEqual(first, { items: [], next: first.through, through: first.through })
        assert.ok(first.through > 0 && first.through < MANY)
        const second = await store.events({ limit: 100, cursor: first.next ?? 0, filter })
        assert.deepEqual(
          [second.items.map(({ seq }) => seq), second.next, second.through],
          [[MANY + 1], null, MANY + 1],
        )
      }))

    test('finds a session at once, however long the log before it, and none of one that has not begun', () =>
      using(async (store) => {
        await fill(store)
        await say(store, createRoom(), join())
        const late = await store.events({ limit: 100, cursor: 0, filter: { ...EVERYTHING, session: 's1' } })
        assert.deepEqual(
          late.items.map(({ type }) => type),
          ['room.created', 'occupant.joined'],
        )
        const none = await store.events({ limit: 100, cursor: 5, filter: { ...EVERYTHING, session: 'no' } })
        assert.deepEqual(none, { items: [], next: null, through: MANY + 2 })
      }))

    test('knows the end of the log, and says it to whoever claims to have seen more', () =>
      using(async (store) => {
        assert.equal(await store.last(), 0)
        await say(store, createRoom(), join())
        assert.equal(await store.last(), 2)
        assert.deepEqual(await store.events({ limit: 1, cursor: 9 }), { items: [], next: null, through: 2 })
      }))
  })
}

async function everyPage(store: Store, filter: EventFilter, limit: number): Promise<EventRecord[]> {
  const found: EventRecord[] = []
  let cursor: number | null = 0
  while (cursor !== null) {
    const page: Awaited<ReturnType<Store['events']>> = await store.events({ filter, limit, cursor })
    assert.ok(page.items.length <= limit)
    assert.ok(page.next === null || (page.next > cursor && page.next === page.through))
    found.push(...page.items)
    cursor = page.next
  }
  return found
}

async function fill(store: Store): Promise<void> {
  const rooms = Array.from({ length: MANY }, (_, n) =>
    createRoom({ session: `m${n}`, jid: `m${n}@h.example.com` }),
  )
  for (let n = 0; n < MANY; n += 2_000) await say(store, ...rooms.slice(n, n + 2_000))
}

async function say(store: Store, ...commands: Parameters<Store['submit']>[0]['command'][]): Promise<void> {
  const answers = await store.submitAll(commands.map((command) => ({ command, receivedAt: T0, key: null })))
  assert.deepEqual([...new Set(answers)], ['success'])
}
