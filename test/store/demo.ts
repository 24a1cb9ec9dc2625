// Removing the demo: what every store must do. Called by the store contract.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEMO_HOST } from '../../src/ledger/demo.ts'
import type { Store } from '../../src/store/store.ts'
import { createRoom, join, leave, ROOM, T0 } from '../support/commands.ts'
import { freshStores, type Engine } from './engine.ts'

const FIRST = { limit: 1_000, cursor: 0 }
const DEMO_ROOM = `daily@${DEMO_HOST}`

export function demoContract(engine: Engine): void {
  const using = freshStores(engine)

  test('removes the demo, all of it, and nothing else', () =>
    using(async (store) => {
      await say(store, createRoom(), join())
      const before = await everything(store)
      await say(
        store,
        createRoom({ session: 'd1', jid: DEMO_ROOM }),
        join({ roomJid: DEMO_ROOM, jid: 'demo@example.com/1' }),
        leave({ roomJid: DEMO_ROOM, jid: 'demo@example.com/1' }),
        createRoom({ session: 'd2', jid: `other@${DEMO_HOST}` }),
      )
      // A name that only begins like it is somebody's.
      await say(store, createRoom({ session: 's2', jid: `daily@${DEMO_HOST}.example.com` }))
      assert.deepEqual(await store.removeDemo(), { rooms: 2, stays: 1, events: 4 })
      const { rooms, people, hosts, events } = await everything(store)
      assert.deepEqual(people, before.people)
      assert.deepEqual(
        rooms.map(({ session }) => session),
        ['s2', 's1'],
      )
      assert.deepEqual(events.slice(0, 2), before.events)
      assert.deepEqual(
        events.map(({ seq }) => seq),
        [1, 2, 7],
      )
      assert.deepEqual(
        hosts.map(({ name }) => name),
        ['conference.demo.invalid.example.com', 'conference.example.com'],
      )
      assert.deepEqual(await store.removeDemo(), { rooms: 0, stays: 0, events: 0 })
    }))

  test('gives no number of the demo again, not even the last of the log after a restart', async () => {
    const database = engine.fresh()
    const store = await database.open()
    await say(
      store,
      createRoom(),
      createRoom({ session: 'd1', jid: DEMO_ROOM }),
      join({ roomJid: DEMO_ROOM }),
    )
    assert.equal((await store.removeDemo()).rooms, 1)
    assert.deepEqual((await store.events(FIRST)).items.length, 1)
    await store.close()

    const again = await database.again()
    await say(again, join())
    assert.deepEqual(
      (await again.events(FIRST)).items.map(({ seq, roomJid }) => [seq, roomJid]),
      [
        [1, ROOM],
        [4, ROOM],
      ],
    )
    await again.close()
    await database.remove()
  })

  test('a demo can begin anew after it was removed', () =>
    using(async (store) => {
      const demo = [createRoom({ session: 'd1', jid: DEMO_ROOM }), join({ roomJid: DEMO_ROOM })]
      await say(store, ...demo)
      await store.removeDemo()
      assert.deepEqual(await say(store, ...demo), ['success', 'success'])
      const [host] = await store.hosts()
      assert.deepEqual([host?.liveRooms, host?.liveOccupants, host?.received], [1, 1, 2])
    }))
}

async function everything(store: Store) {
  const { items: rooms } = await store.rooms({ limit: FIRST.limit, state: 'all', now: T0 })
  const { items: people } = await store.people({ limit: FIRST.limit, now: T0 })
  return { rooms, people, hosts: await store.hosts(), events: (await store.events(FIRST)).items }
}

function say(store: Store, ...commands: Parameters<Store['submit']>[0]['command'][]) {
  return store.submitAll(commands.map((command) => ({ command, receivedAt: T0, key: null })))
}
