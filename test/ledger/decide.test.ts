// The rules: what holds after any sequence of commands, and the corners that a sentence explains best.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../../src/ledger/command.ts'
import { arrivals, createRoom, endRoom, join, leave, T0, update } from '../support/commands.ts'
import { Ledger } from '../support/ledger.ts'
import { MemoryState } from '../support/memory-state.ts'

describe('after any sequence of commands', () => {
  test('a JID has at most one live room, and in it every JID at most one live stay', () => {
    // MemoryState refuses it after every single event as well, like the indexes of a database.
    check((ledger) => {
      const rooms = ledger.rooms().filter((room) => room.endedAt === null)
      assert.equal(new Set(rooms.map((room) => room.jid)).size, rooms.length)
      const stays = ledger.stays().filter((stay) => stay.leftAt === null)
      assert.equal(new Set(stays.map((stay) => `${stay.room} ${stay.jid}`)).size, stays.length)
    })
  })

  test('no stay outlives its room, and no stay or room ends before it began', () => {
    check((ledger) => {
      for (const { createdAt, endedAt } of ledger.rooms()) assert.ok(endedAt === null || endedAt >= createdAt)
      for (const { room, joinedAt, leftAt } of ledger.stays()) {
        const endedAt = ledger.state.rooms.get(room)?.endedAt ?? null
        assert.ok(endedAt === null || (leftAt !== null && leftAt <= endedAt))
        assert.ok(leftAt === null || leftAt >= joinedAt)
      }
    })
  })

  test('only success changes anything, and the log alone rebuilds the tables', () => {
    check((ledger) => {
      for (const { verdict, events } of ledger.decisions)
        assert.ok(verdict === 'success' || typeof verdict === 'object' || events.length === 0)
      const replayed = new MemoryState()
      for (const event of ledger.log) replayed.apply(event)
      assert.deepEqual(replayed.rooms, ledger.state.rooms)
      assert.deepEqual(withoutTimes(replayed), withoutTimes(ledger.state))
    })
  })

  test('the same commands come to the same end', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        assert.deepEqual(ledgerOf(list).log, ledgerOf(list).log)
      }),
    )
  })
})

describe('time', () => {
  test('a late leave does not close the stay that followed it', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    ledger.run(join({ at: T0 + 1_000 }), T0 + 1_000)
    ledger.run(leave({ at: T0 + 2_000 }), T0 + 2_000)
    ledger.run(join({ at: T0 + 5_000 }), T0 + 5_000)
    assert.equal(ledger.run(leave({ at: T0 + 4_999 }), T0 + 9_000), 'no-occupant')
    assert.equal(ledger.run(leave({ at: T0 + 5_000 }), T0 + 9_000), 'success')
  })

  test('without a time of its own a leave always counts, even when the clock was set back', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    ledger.run(join(), T0 + 5_000)
    assert.equal(ledger.run(leave(), T0), 'success')
    assert.deepEqual(ledger.stays()[0]?.leftAt, T0 + 5_000)
  })

  test('what was said again is not overwritten by an update from before that', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    ledger.run(join({ nick: 'Ann', at: T0 }), T0)
    ledger.run(update({ nick: 'Ann', at: T0 + 3_000 }), T0 + 3_000)
    assert.equal(ledger.run(update({ nick: 'Ben', at: T0 + 2_000 }), T0 + 4_000), 'success')
    assert.equal(ledger.stays()[0]?.nick, 'Ann')
  })

  test('each field has a time of its own', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    ledger.run(join({ at: T0 }), T0)
    ledger.run(update({ nick: 'Ben', at: T0 + 3_000 }), T0 + 3_000)
    ledger.run(update({ nick: 'Cem', role: 'moderator', at: T0 + 2_000 }), T0 + 4_000)
    assert.equal(ledger.stays()[0]?.nick, 'Ben')
    assert.equal(ledger.stays()[0]?.role, 'moderator')
    const last = ledger.log.at(-1)
    assert.ok(last?.type === 'occupant.updated')
    assert.deepEqual(last.changes, { role: 'moderator' })
    assert.equal(last.at, T0 + 2_000)
  })

  test('a room ends no earlier than the last thing reported of it', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    ledger.run(join({ at: T0 + 9_000 }), T0 + 9_000)
    ledger.run(endRoom({ at: T0 + 1_000 }), T0 + 9_000)
    assert.equal(ledger.rooms()[0]?.endedAt, T0 + 9_000)
    assert.equal(ledger.stays()[0]?.leftAt, T0 + 9_000)
  })
})

function ledgerOf(list: { command: Command; receivedAt: number }[]): Ledger {
  const ledger = new Ledger()
  for (const { command, receivedAt } of list) ledger.run(command, receivedAt)
  return ledger
}

function check(property: (ledger: Ledger) => void): void {
  fc.assert(
    fc.property(arrivals, (list) => property(ledgerOf(list))),
    { numRuns: 500 },
  )
}

/** When a field was said again is kept beside the log: it tells of no change. */
function withoutTimes(state: MemoryState) {
  const untimed = { nickAt: 0, roleAt: 0, emailAt: 0 }
  return state.occupants
    .values()
    .toArray()
    .map((stay) => ({ ...stay, ...untimed }))
}
