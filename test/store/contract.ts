// What every store must do. An engine's own test calls this with a way to open a fresh database.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../../src/ledger/command.ts'
import { liveOn } from '../../src/ledger/host.ts'
import { StoreBusy, StoreUnavailable } from '../../src/store/errors.ts'
import type { Answer, Store } from '../../src/store/store.ts'
import { arrivals, createRoom, endRoom, join, leave, T0, update } from '../support/commands.ts'
import { until } from '../e2e/until.ts'
import { demoContract } from './demo.ts'
import { freshStores, type Engine } from './engine.ts'
import { eventsContract } from './events.ts'
import { allEvents, hostsOfModel, replay, tablesOf, tablesOfLog, tablesOfModel } from './tables.ts'

const FIRST = { limit: 1_000, cursor: 0 }
const ALL = { state: 'all' as const, limit: 1_000, now: T0 }
const KEY_LIFETIME = 24 * 60 * 60 * 1_000

export function storeContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`a store on ${engine.name}`, () => {
    test('judges as the rules do, keeps what they decided, and its log alone rebuilds its tables', () =>
      fc.assert(
        fc.asyncProperty(arrivals, async (list) => {
          await using(async (store) => {
            const answers = await Promise.all(
              list.map(({ command, receivedAt }) => store.submit({ command, receivedAt, key: null })),
            )
            const model = replay(list)
            assert.deepEqual(answers, model.verdicts)
            assert.deepEqual(await tablesOf(store), tablesOfModel(model.state))
            assert.deepEqual(await tablesOf(store), tablesOfLog(await allEvents(store)))
            assert.deepEqual(await store.hosts(), hostsOfModel(model.state))
          })
        }),
        { numRuns: 25, endOnFailure: true },
      ))

    test('numbers its log without gaps, in the order of the answers', () =>
      using(async (store) => {
        await say(store, createRoom(), join(), leave(), join(), endRoom())
        const { items } = await store.events(FIRST)
        assert.deepEqual(
          items.map(({ seq, type }) => [seq, type]),
          [
            'room.created',
            'occupant.joined',
            'occupant.left',
            'occupant.joined',
            'occupant.left',
            'room.ended',
          ].map((type, index) => [index + 1, type]),
        )
      }))

    demoContract(engine)

    test('has everything after it was closed and opened again, and goes on counting', async () => {
      const database = engine.fresh()
      const before = await database.open()
      await say(before, createRoom(), join())
      const tables = await tablesOf(before)
      await before.close()
      const after = await database.again()
      assert.deepEqual(await tablesOf(after), tables)
      assert.deepEqual(liveOn(await after.hosts()), { rooms: 1, occupants: 1 })
      await say(after, leave())
      assert.equal((await after.events(FIRST)).items.at(-1)?.seq, 3)
      await after.close()
      await database.remove()
    })

    test('answers every request that was submitted before it was closed, and refuses the rest', async () => {
      const database = engine.fresh()
      const store = await database.open()
      const answers = Promise.all([ask(store, createRoom()), ask(store, join()), ask(store, join())])
      await store.close()
      assert.deepEqual(await answers, ['success', 'success', 'duplicate'])
      await assert.rejects(ask(store, leave()), StoreUnavailable)
      await database.remove()
    })

    test('refuses as busy what exceeds its queue, and answers the others', async () => {
      const database = engine.fresh()
      const store = await database.open(3)
      const asked = [createRoom(), join(), leave(), join(), leave()].map((command) => ask(store, command))
      const settled = await Promise.allSettled(asked)
      assert.deepEqual(settled.slice(0, 3).map(valueOf), ['success', 'success', 'success'])
      for (const refused of settled.slice(3))
        assert.ok(refused.status === 'rejected' && refused.reason instanceof StoreBusy)
      assert.equal(await ask(store, join()), 'success')
      await store.close()
      await database.remove()
    })

    test('commits together what was submitted together, in order, whatever else comes', () =>
      using(async (store) => {
        const sizes: number[] = []
        store.onCommit((size) => sizes.push(size))
        const requests = [createRoom(), join(), join(), leave(), join(), endRoom(), endRoom()].map(
          (command) => ({ command, receivedAt: T0, key: null }),
        )
        const other = ask(store, createRoom({ session: 's2', jid: 'other@example.com' }))
        const answers = await store.submitAll(requests)
        const expected = ['success', 'success', 'duplicate', 'success', 'success', 'success', 'duplicate']
        assert.deepEqual(answers, expected)
        assert.equal(await other, 'success')
        assert.deepEqual(sizes, [8])
        assert.deepEqual(await store.submitAll([]), [])
      }))

    test('tells how many rooms and occupants are live, and the size of each commit', () =>
      using(async (store) => {
        const sizes: number[] = []
        store.onCommit((size) => sizes.push(size))
        await Promise.all([
          ask(store, createRoom()),
          ask(store, join()),
          ask(store, join({ jid: 'ben@example.com/b' })),
        ])
        assert.deepEqual(liveOn(await store.hosts()), { rooms: 1, occupants: 2 })
        await ask(store, endRoom())
        assert.deepEqual(liveOn(await store.hosts()), { rooms: 0, occupants: 0 })
        assert.equal(store.waiting(), 0)
        assert.equal(
          sizes.reduce((sum, size) => sum + size),
          4,
        )
      }))

    test('tells when the log has grown, once that can be read', () =>
      using(async (store) => {
        const told: { seq: number; readable: Promise<number> }[] = []
        store.onAppend((seq) => {
          const readable = store.events({ ...FIRST, cursor: 0 }).then(({ items }) => items.at(-1)?.seq ?? 0)
          told.push({ seq, readable })
        })
        await say(store, createRoom(), join(), leave())
        await until('it was told of all', () => told.some(({ seq }) => seq === 3))
        for (const { seq, readable } of told) assert.ok((await readable) >= seq)
      }))

    test('leads at once, and tells the work to stop when it is closed', async () => {
      const database = engine.fresh()
      const store = await database.open()
      const signals: AbortSignal[] = []
      const ended: Answer[] = []
      store.lead(async (signal) => {
        signals.push(signal)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        // What it has begun it may still finish.
        ended.push(await ask(store, createRoom()))
      })
      await until('it leads', () => signals.length > 0)
      assert.equal(signals[0]?.aborted, false)
      await store.close()
      assert.deepEqual([signals.length, signals[0]?.aborted, ended], [1, true, ['success']])
      await database.remove()
    })

    test('is ready while it is open', () => using((store) => store.ready()))

    describe('with a key', () => {
      test('gives the first answer again, and does nothing twice', () =>
        using(async (store) => {
          await say(store, createRoom())
          const [first, second] = await Promise.all([ask(store, join(), 'k1'), ask(store, join(), 'k1')])
          assert.deepEqual([first, second], ['success', 'success'])
          await say(store, leave())
          assert.equal(await ask(store, join(), 'k1'), 'success')
          assert.equal((await store.events(FIRST)).items.length, 3)
        }))

      test('remembers what was refused too', () =>
        using(async (store) => {
          assert.equal(await ask(store, join(), 'k1'), 'no-room')
          await say(store, createRoom())
          assert.equal(await ask(store, join(), 'k1'), 'no-room')
        }))

      test('refuses another request under it', () =>
        using(async (store) => {
          await ask(store, createRoom(), 'k1')
          assert.equal(await ask(store, createRoom({ session: 's2' }), 'k1'), 'key-reused')
          assert.equal(await ask(store, endRoom(), 'k1'), 'key-reused')
          assert.equal((await store.rooms(ALL)).items.length, 1)
        }))

      test('forgets it after 24 hours', () =>
        using(async (store) => {
          await ask(store, createRoom(), 'k1', T0)
          assert.equal(await ask(store, createRoom(), 'k1', T0 + KEY_LIFETIME), 'success')
          assert.equal(await ask(store, createRoom(), 'k1', T0 + KEY_LIFETIME + 1), 'duplicate')
        }))

      test('remembers it after it was closed and opened again', async () => {
        const database = engine.fresh()
        const before = await database.open()
        await ask(before, createRoom(), 'k1')
        await before.close()
        const after = await database.again()
        assert.equal(await ask(after, createRoom(), 'k1'), 'success')
        await after.close()
        await database.remove()
      })
    })

    describe('when asked', () => {
      test('gives pages that join up while rows arrive', () =>
        using(async (store) => {
          for (let n = 1; n <= 5; n += 1)
            await say(store, createRoom({ session: `s${n}`, jid: `r${n}@example.com` }))
          const first = await store.rooms({ ...ALL, state: 'live', limit: 2 })
          await say(store, createRoom({ session: 's6', jid: 'r6@example.com' }))
          const second = await store.rooms({ ...ALL, state: 'live', limit: 2, after: first.next })
          const third = await store.rooms({ ...ALL, state: 'live', limit: 2, after: second.next })
          const sessions = [first, second, third].map(({ items }) => items.map(({ session }) => session))
          assert.deepEqual(sessions, [['s5', 's4'], ['s3', 's2'], ['s1']])
          assert.equal(third.next, null)
        }))

      test('tells live rooms from ended ones', () =>
        using(async (store) => {
          await say(store, createRoom(), join(), createRoom({ session: 's2' }), join())
          const sessions = async (state: 'live' | 'ended' | 'all') =>
            (await store.rooms({ ...ALL, state })).items.map((room) => `${room.session} ${room.occupants}`)
          assert.deepEqual(await sessions('live'), ['s2 1'])
          assert.deepEqual(await sessions('ended'), ['s1 0'])
          assert.deepEqual(await sessions('all'), ['s2 1', 's1 0'])
        }))

      test('knows no room and no occupants of a session that it never saw', () =>
        using(async (store) => {
          assert.equal(await store.room('s1'), null)
          assert.equal(await store.occupants({ limit: 1_000, session: 's1' }), null)
        }))

      test('pages through occupants and events too', () =>
        using(async (store) => {
          await say(store, createRoom(), join(), leave(), join(), update({ nick: 'Ben' }))
          const stays = await store.occupants({ session: 's1', limit: 1 })
          const rest = await store.occupants({ session: 's1', limit: 1, after: stays?.next ?? null })
          assert.deepEqual([stays?.items[0]?.nick, rest?.items[0]?.nick, rest?.next], ['Ann', 'Ben', null])
          const events = await store.events({ limit: 3, cursor: 1 })
          assert.deepEqual([events.items.map(({ seq }) => seq), events.next], [[2, 3, 4], 4])
        }))
    })

    eventsContract(using)
  })
}

function ask(store: Store, command: Command, key: string | null = null, receivedAt = T0): Promise<Answer> {
  return store.submit({ command, receivedAt, key })
}

async function say(store: Store, ...commands: Command[]): Promise<void> {
  for (const command of commands) assert.equal(await ask(store, command), 'success')
}

function valueOf(settled: PromiseSettledResult<Answer>): unknown {
  return settled.status === 'fulfilled' ? settled.value : settled.reason
}
