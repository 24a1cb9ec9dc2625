// What Live knows: a state that was read, and the events that came while it was read and after.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { data, type Logged } from '../../src/ledger/event.ts'
import { hostOf } from '../../src/ledger/host.ts'
import { addRoom, addStay, apply, emptyLive, type Live } from '../../web/src/live/state.ts'
import { ordered, SORTS } from '../../web/src/live/order.ts'
import { arrivals } from '../support/commands.ts'
import { Ledger } from '../support/ledger.ts'

const AT = '2026-01-01T10:00:00.000Z'

describe('the state of Live', () => {
  test('is that of the ledger, wherever it was read, although it hears again what it knows', () =>
    fc.assert(
      fc.property(arrivals, fc.nat(), fc.nat(), (list, place, back) => {
        const ledger = new Ledger()
        const read = list.length === 0 ? 0 : place % list.length
        let live = emptyLive()
        let heard = 0
        list.forEach(({ command, receivedAt }, index) => {
          const before = ledger.log.length
          ledger.run(command, receivedAt)
          // The stream was heard from some time before the reading on.
          if (index === read) {
            live = readFrom(ledger)
            heard = Math.max(0, ledger.log.length - (back % 10))
          } else if (index < read) heard = before
        })
        for (const event of ledger.log.slice(heard)) {
          if (!apply(live, told(event, ledger))) live = readFrom(ledger)
        }
        assert.deepEqual(summary(live), summary(readFrom(ledger)))
      }),
      { numRuns: 300 },
    ))

  test('counts a person on two devices once, in a room and in all', () => {
    const live = withRooms('one', 'two')
    for (const [session, jid] of [
      ['one', 'a@example.com/1'],
      ['one', 'a@example.com/2'],
      ['two', 'a@example.com/1'],
    ] as const) {
      addStay(live, {
        session,
        jid,
        nick: 'Ann',
        role: 'participant',
        email: null,
        userId: 'u1',
        joinedAt: AT,
      })
    }
    assert.deepEqual([live.people.size, live.stays, live.rooms.get('one')?.people.size], [1, 3, 1])
    apply(live, { type: 'room.ended', at: AT, session: 'one', roomJid: 'one@example.com', data: {} })
    assert.deepEqual([live.people.size, live.stays, live.occupants], [1, 1, 1])
  })

  test('asks to be read anew where an end is taken back', () => {
    const live = withRooms('one')
    const event = { at: AT, session: 'one', roomJid: 'one@example.com' }
    assert.equal(apply(live, { ...event, type: 'room.corrected', data: { endedAt: null } }), false)
    assert.equal(apply(live, { ...event, type: 'occupant.corrected', data: { leftAt: null } }), false)
    assert.equal(apply(live, { ...event, type: 'room.corrected', data: { endedAt: AT } }), true)
    assert.equal(apply(live, { ...event, type: 'something.new', data: {} }), true)
  })
})

describe('the rooms that are shown', () => {
  test('have breakout rooms below their meeting, and those of no meeting beside it', () => {
    const live = emptyLive()
    for (const [name, parent] of [
      ['zeta', null],
      ['alpha', null],
      ['group', 'zeta'],
      ['orphan', 'gone'],
    ] as const) {
      const parentJid = parent && `${parent}@example.com`
      addRoom(live, { ...roomNamed(name), kind: parent && 'breakout', parentJid })
    }
    const shown = ordered(live, 'name', '')()
    assert.deepEqual(
      shown.map(({ room, below }) => [room.name, below]),
      [
        ['alpha', false],
        ['orphan', false],
        ['zeta', false],
        ['group', true],
      ],
    )
  })

  test('are in the same order, changed one by one, as if all were put in order anew', () =>
    fc.assert(
      fc.property(arrivals, fc.constantFrom(...SORTS), fc.constantFrom('', 'a'), (list, sort, looked) => {
        const ledger = new Ledger()
        const live = emptyLive()
        const order = ordered(live, sort, looked)
        for (const { command, receivedAt } of list) {
          const before = ledger.log.length
          ledger.run(command, receivedAt)
          for (const event of ledger.log.slice(before)) apply(live, told(event, ledger))
          assert.deepEqual(order(), ordered(live, sort, looked)())
        }
      }),
    ))

  test('that name each other as their meeting are both shown', () => {
    const live = emptyLive()
    addRoom(live, { ...roomNamed('one'), parentJid: 'two@example.com' })
    addRoom(live, { ...roomNamed('two'), parentJid: 'one@example.com' })
    addRoom(live, { ...roomNamed('three'), parentJid: 'two@example.com' })
    assert.equal(ordered(live, 'name', '')().length, 3)
  })

  test('are found by a part of the name or of somebody in it, however it is written', () => {
    const live = withRooms('Café', 'other')
    addStay(live, {
      session: 'other',
      jid: 'a@x/1',
      nick: 'ZOË',
      role: 'participant',
      email: null,
      userId: null,
      joinedAt: AT,
    })
    const found = (text: string) => ordered(live, 'name', text)().map(({ room }) => room.name)
    assert.deepEqual(found('CAFÉ'), ['Café'])
    assert.deepEqual(found('zoë'), ['other'])
    assert.deepEqual(found('nobody'), [])
  })
})

function withRooms(...names: string[]): Live {
  const live = emptyLive()
  for (const name of names) addRoom(live, roomNamed(name))
  return live
}

function roomNamed(name: string) {
  const jid = `${name}@example.com`
  return { session: name, jid, name, host: 'example.com', kind: null, parentJid: null, createdAt: AT }
}

/** As GET /api/v1/rooms and /occupants would tell it now. */
function readFrom(ledger: Ledger): Live {
  const live = emptyLive()
  const rooms = new Map(ledger.rooms().map((room) => [room.id, room]))
  for (const { endedAt, createdAt, ...room } of rooms.values()) {
    if (endedAt !== null) continue
    addRoom(live, { ...room, host: hostOf(room.jid), createdAt: new Date(createdAt).toISOString() })
  }
  for (const { leftAt, joinedAt, room, ...stay } of ledger.stays()) {
    if (leftAt !== null) continue
    const { session } = rooms.get(room) ?? { session: '' }
    addStay(live, { ...stay, session, joinedAt: new Date(joinedAt).toISOString() })
  }
  return live
}

/** As the stream would tell it. */
function told(event: Logged, ledger: Ledger) {
  const id = event.type === 'room.created' ? event.seq : event.room
  const room = ledger.rooms().find((one) => one.id === id)
  const [session, roomJid] = [room?.session ?? '', room?.jid ?? '']
  return { type: event.type, at: new Date(event.at).toISOString(), session, roomJid, data: data(event) }
}

function summary(live: Live) {
  return {
    people: new Map(live.people),
    counts: [live.stays, live.occupants],
    rooms: [...live.rooms.values()]
      .map(({ change: _change, revision: _revision, stays, people, ...room }) => ({
        ...room,
        stays: [...stays.values()].toSorted((one, other) => (one.jid < other.jid ? -1 : 1)),
        people: new Map(people),
      }))
      .toSorted((one, other) => (one.session < other.session ? -1 : 1)),
  }
}
