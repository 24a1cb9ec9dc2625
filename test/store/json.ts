// What every store does with the views it was opened with.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadViews } from '../../src/store/views.ts'
import { createRoom, join, leave, T0, update } from '../support/commands.ts'
import { freshStores, type Engine } from './engine.ts'

export const SHOWN = import.meta.resolve('./shown.ts')

const NOW = T0 + 60_000
const BOB = 'bob@example.com/1'

export function jsonContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`answers as clients are shown them, from ${engine.name}`, () => {
    test('are what the view makes of the answer, the query and the time', () =>
      using(async (store) => {
        for (const command of [
          createRoom(),
          join({ nick: 'Zoë ☃' }),
          update(),
          leave(),
          join({ jid: BOB, nick: 'Bob' }),
        ]) {
          await store.submit({ command, receivedAt: T0, key: null })
        }
        const page = { limit: 1, now: NOW }
        const { items } = await store.people({ limit: 1, now: NOW })
        const asked = {
          rooms: { state: 'all', ...page },
          occupants: { session: 's1', limit: 1 },
          stays: { state: 'all', limit: 1 },
          people: page,
          meetingsOf: { person: items[0]?.id ?? '', ...page },
          events: { limit: 2, cursor: 1 },
        } as const
        for (const [name, query] of Object.entries(asked) as [keyof typeof asked, never][]) {
          const answer: unknown = await store[name](query)
          const json = await store.json(name, query, NOW)
          const shown = JSON.parse(Buffer.from(json ?? []).toString()) as unknown
          assert.deepEqual(shown, JSON.parse(JSON.stringify({ answer, query, now: NOW })), name)
          assert.ok((answer as { items: unknown[] }).items.length > 0, name)
        }
      }))

    test('are null where there is no answer', () =>
      using(async (store) => {
        assert.equal(await store.json('occupants', { session: 'nowhere', limit: 1 }, NOW), null)
      }))

    test('each have bytes of their own, in the order they were asked for', () =>
      using(async (store) => {
        const asked = Array.from({ length: 20 }, (_, index) => T0 + index)
        const all = await Promise.all(
          asked.map((now) => store.json('rooms', { state: 'all', limit: 1, now }, now)),
        )
        const times = all.map(
          (json) => (JSON.parse(Buffer.from(json ?? []).toString()) as { now: number }).now,
        )
        assert.deepEqual(times, asked)
      }))
  })
}

test('a store without views can show nothing, and says so', async () => {
  const show = await loadViews(undefined)
  assert.throws(() => show({}, { name: 'rooms', query: {}, now: NOW }), /without a view of rooms/)
})
