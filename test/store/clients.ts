// The clients that every store must count. An engine's own test calls this with a way to open a fresh database.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UNKNOWN_KIND } from '../../src/ledger/stats.ts'
import type { Command } from '../../src/ledger/command.ts'
import type { ClientsQuery, Store } from '../../src/store/store.ts'
import { createRoom, endRoom, HOST, join, leave, T0 } from '../support/commands.ts'
import { freshStores, type Engine } from './engine.ts'

const SECOND = 1_000
const ALL: ClientsQuery = { from: T0, to: T0 + 1_000 * SECOND, host: null, kind: null }
/** Of all stays, and of all different texts; see src/store/reads/clients.ts. */
const [LOOKED, TEXTS] = [100_000, 500]

export function clientsContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`clients from ${engine.name}`, () => {
    test('are those of the stays in a range, on a host, of a kind; services are left out', () =>
      using(async (store) => {
        const other = { session: 's2', jid: 'weekly@other.example.com', kind: 'breakout' as const }
        await say(
          store,
          createRoom({ at: T0 }),
          join({ at: T0, userAgent: 'one' }),
          join({ jid: 'focus@auth.example.com/focus', at: T0, userAgent: 'service' }),
          join({ jid: 'ben@example.com/b', at: T0 + 10 * SECOND }),
          leave({ at: T0 + 20 * SECOND }),
          join({ at: T0 + 30 * SECOND, userAgent: 'one' }),
          endRoom({ at: T0 + 40 * SECOND }),
          createRoom({ ...other, at: T0 + 50 * SECOND }),
          join({ roomJid: other.jid, at: T0 + 60 * SECOND, userAgent: 'two' }),
        )
        const counted = async (query: Partial<ClientsQuery>) => {
          const { stays, complete, texts } = await store.clients({ ...ALL, ...query })
          assert.ok(complete)
          assert.equal(
            stays,
            texts.reduce((sum, text) => sum + text.stays, 0),
          )
          return texts.map((text) => `${text.userAgent} ${text.stays}`).toSorted()
        }
        assert.deepEqual(await counted({}), ['null 1', 'one 2', 'two 1'])
        assert.deepEqual(await counted({ to: T0 + 10 * SECOND }), ['one 1'])
        assert.deepEqual(await counted({ from: T0 + 20 * SECOND, to: T0 + 30 * SECOND }), ['null 1'])
        assert.deepEqual(await counted({ from: T0 + 500 * SECOND }), ['two 1'])
        assert.deepEqual(await counted({ host: HOST }), ['null 1', 'one 2'])
        assert.deepEqual(await counted({ kind: 'breakout' }), ['two 1'])
        assert.deepEqual(await counted({ kind: UNKNOWN_KIND }), ['null 1', 'one 2'])
        assert.deepEqual(await counted({ kind: 'lobby' }), [])
      }))

    test('come with the most frequent first, and no more different ones than can be read', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }))
        const joining = (n: number, userAgent: string) =>
          join({ jid: `u${n}@example.com/x`, at: T0 + n, userAgent })
        await say(store, ...Array.from({ length: 600 }, (_, n) => joining(n, `client ${n}`)))
        await say(store, joining(600, 'client 7'), joining(601, 'client 7'), joining(602, 'client 9'))
        const { stays, texts } = await store.clients(ALL)
        assert.deepEqual([stays, texts.length], [603, TEXTS])
        assert.deepEqual(texts.slice(0, 2), [
          { userAgent: 'client 7', stays: 3 },
          { userAgent: 'client 9', stays: 2 },
        ])
      }))

    test('of more stays than are looked at are those of the newest rooms', () =>
      using(async (store) => {
        const rooms = ['first', 'last'].map((session) => ({ session, jid: `${session}@${HOST}` }))
        for (const [index, { session, jid }] of rooms.entries()) {
          await say(store, createRoom({ session, jid, at: T0 + index }))
        }
        await say(store, join({ roomJid: `first@${HOST}`, at: T0, userAgent: 'old' }))
        const joining = (n: number) =>
          join({ jid: `u${n}@example.com/x`, roomJid: `last@${HOST}`, at: T0 + 1, userAgent: 'new' })
        for (let done = 0; done < LOOKED; done += 10_000) {
          await say(store, ...Array.from({ length: 10_000 }, (_, n) => joining(done + n)))
        }
        assert.deepEqual(await store.clients(ALL), {
          stays: LOOKED,
          complete: false,
          texts: [{ userAgent: 'new', stays: LOOKED }],
        })
      }))

    test('of nothing are none', () =>
      using(async (store) => {
        assert.deepEqual(await store.clients(ALL), { stays: 0, complete: true, texts: [] })
      }))
  })

  describe(`rooms by duration from ${engine.name}`, () => {
    test('are those that lasted so long, live ones until now or until the instant', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }), endRoom({ at: T0 + 60 * SECOND }))
        await say(store, createRoom({ session: 'live', at: T0 + 100 * SECOND }))
        const longer = async (seconds: number, more: { at?: number; sort?: 'duration' } = {}) => {
          const query = { state: 'all' as const, limit: 10, now: T0 + 130 * SECOND, ...more }
          const { items } = await store.rooms({ ...query, minDuration: seconds * SECOND })
          return items.map(({ session }) => session).join(' ')
        }
        assert.equal(await longer(0), 'live s1')
        assert.equal(await longer(30), 'live s1')
        assert.equal(await longer(31), 's1')
        assert.equal(await longer(60, { sort: 'duration' }), 's1')
        assert.equal(await longer(61), '')
        assert.equal(await longer(21, { at: T0 + 20 * SECOND }), '')
        assert.equal(await longer(20, { at: T0 + 20 * SECOND }), 's1')
      }))
  })
}

/** Late, so that any instant is believed. */
async function say(store: Store, ...commands: Command[]): Promise<void> {
  const receivedAt = T0 + 2_000 * SECOND
  const answers = await store.submitAll(commands.map((command) => ({ command, receivedAt, key: null })))
  assert.deepEqual(new Set(answers), new Set(['success']))
}
