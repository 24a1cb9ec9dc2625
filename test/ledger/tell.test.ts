// A sender without sessions, whose words come in any order: whatever comes first, the ledger is the same in the end.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { understand } from '../../src/ingest/event-sync-fields.ts'
import { expire, heartbeat, T0 } from '../support/commands.ts'
import {
  recorded,
  sentOf,
  shuffled,
  trueMeetings,
  whole,
  type Sent,
  type TrueMeeting,
} from '../support/event-sync.ts'
import { Ledger } from '../support/ledger.ts'
import { MemoryState } from '../support/memory-state.ts'

describe('the recorded events', () => {
  // One names nobody: the plugin knows only that somebody left.
  const sent = recorded().filter(({ message, body }) => message.startsWith('room/') || 'occupant' in body)
  const expected = summary(told(sent))

  test('make the meetings that they tell of', () => {
    const rooms = expected.filter((line) => / (conference|breakout) \d/.test(line)).map(inSeconds)
    assert.deepEqual(rooms, [
      'b976bd2d-e966-48f2-9d48-9c524f8d66c1@breakout.meet.local breakout 080-082 null',
      'bmain@conference.meet.local conference 079-092 null',
      'daily-slowfirst@conference.meet.local conference 111-113 null',
      'daily@conference.meet.local conference 981-985 null',
      'nf@conference.meet.local conference 040-041 null',
    ])
  })

  test('tell of every stay when it began and ended, also of one that was told to end after the room', () => {
    const stays = expected
      .filter((line) => line.includes('daily@') || line.includes('nf@'))
      .filter((line) => line.includes(': '))
    const who = (line: string) => inSeconds(line).replace(/^(\w+)@\S+ (\S{4})\S* \S+/, '$1 $2')
    assert.deepEqual(stays.map(who), [
      'daily 31wp 982-984 null',
      'daily eehp 982-985 null',
      'daily s1ka 982-983 null',
      'daily s1ka 984-984 null',
      'nf hzdc 040-041 null',
    ])
  })

  test('make the same ledger in reverse, and in 100 other orders', () => {
    assert.deepEqual(summary(told(sent.toReversed())), expected)
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (random) => {
        assert.deepEqual(summary(told(shuffled(sent, random))), expected)
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})

describe('of arbitrary meetings', () => {
  test('all that is told, in any order and repeated, makes the true ledger', () => {
    fc.assert(
      fc.property(trueMeetings.filter(canBeToldApart), fc.infiniteStream(fc.nat()), (meetings, random) => {
        const sent = meetings.flatMap(sentOf)
        const again = sent.filter(() => (random.next().value ?? 0) % 3 === 0)
        assert.deepEqual(summary(told(shuffled([...sent, ...again], random))), truth(meetings))
      }),
      { numRuns: 1_000 },
    )
  })

  test('what is lost is lost, and the order still does not matter', () => {
    fc.assert(
      fc.property(trueMeetings.filter(canBeToldApart), fc.infiniteStream(fc.nat()), (meetings, random) => {
        const sent = meetings.flatMap(sentOf).filter(() => (random.next().value ?? 0) % 3 > 0)
        const one = told(sent)
        const other = told(shuffled(sent, random))
        assert.deepEqual(summary(other), summary(one))
        for (const ledger of [one, other]) holdsTogether(ledger)
      }),
      { numRuns: 1_000 },
    )
  })

  test('even what cannot be told apart makes a ledger that holds together', () => {
    fc.assert(
      fc.property(trueMeetings, fc.infiniteStream(fc.nat()), (meetings, random) => {
        holdsTogether(told(shuffled(meetings.flatMap(sentOf), random)))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a lease that ran out ends no room that was told without heartbeats', () => {
  const ledger = told(recorded().slice(0, 3))
  const host = 'conference.meet.local'
  ledger.run(heartbeat({ host, rooms: 1, occupants: 2 }), T0)
  assert.equal(ledger.run(expire({ host, silentSince: T0 + 1 }), T0 + 2), 'alive')
  assert.equal(ledger.rooms()[0]?.endedAt, null)
})

test('news of a room is no news of its other meetings, however many there are', () => {
  const days = Array.from({ length: 30 }, (_, day) => ({
    created: day * 1_000,
    destroyed: day * 1_000 + 500,
    stays: [],
  }))
  const ledger = told(days.flatMap(sentOf).toReversed())
  const before = ledger.log.length
  const stay = { jid: 'ann@example.com/a', joined: 10_100, left: 10_200 }
  const [, joined] = sentOf({ created: 10_000, destroyed: 10_500, stays: [stay] })
  assert.ok(joined)
  ledger.run(understand(joined.message, joined.body).command, T0)
  assert.deepEqual(
    ledger.log.slice(before).map(({ type }) => type),
    ['occupant.joined', 'occupant.left'],
  )
  assert.equal(ledger.rooms().length, 30)
})

test('a leave that comes after the end of the room says better when that was', () => {
  const stay = { jid: 'ann@example.com/a', joined: 1, left: 5 }
  const [created, joined, left] = sentOf({ created: 0, destroyed: 9, stays: [stay] })
  const [, destroyed] = sentOf({ created: 0, destroyed: 9, stays: [] })
  assert.ok(created && joined && left && destroyed)
  const before = told([created, joined, destroyed])
  assert.deepEqual(
    [before.stays()[0]?.leftAt, before.stays()[0]?.leaveReason],
    [whole(9) * 1_000, 'room-ended'],
  )
  const after = told([created, joined, destroyed, left])
  assert.deepEqual([after.stays()[0]?.leftAt, after.stays()[0]?.leaveReason], [whole(5) * 1_000, null])
})

function told(sent: Sent[]): Ledger {
  const ledger = new Ledger()
  for (const { message, body } of sent) ledger.run(understand(message, body).command, T0)
  return ledger
}

/** Rooms and stays as lines, in an order of their own. */
function summary(ledger: Ledger): string[] {
  const lines = ledger.rooms().flatMap((room) => {
    const end = `${room.endedAt} ${room.endReason}${room.inferred ? ' inferred' : ''}`
    const stays = ledger.stays().filter((stay) => stay.room === room.id)
    return [
      `${room.session} ${room.kind} ${room.createdAt}-${end}`,
      ...stays.map(({ jid, nick, joinedAt, leftAt, leaveReason, inferred }) => {
        return `${room.session}: ${jid} ${nick} ${joinedAt}-${leftAt} ${leaveReason}${inferred ? ' inferred' : ''}`
      }),
    ]
  })
  return lines.toSorted()
}

/** The last digits of the seconds are enough to tell the recorded ones apart. */
function inSeconds(line: string): string {
  return line
    .replace(/^event-sync:/, '')
    .replace(/:1795\d+/, '')
    .replaceAll(/1795\d{3}(\d{3})000/g, '$1')
}

function holdsTogether(ledger: Ledger): void {
  for (const { createdAt, endedAt } of ledger.rooms()) assert.ok(endedAt === null || endedAt >= createdAt)
  for (const { room, joinedAt, leftAt } of ledger.stays()) {
    const within = ledger.state.rooms.get(room)
    assert.ok(within && joinedAt >= within.createdAt)
    assert.ok(leftAt === null || leftAt >= joinedAt)
    assert.ok(within.endedAt === null || (leftAt !== null && leftAt <= within.endedAt))
  }
  const replayed = new MemoryState()
  for (const event of ledger.log) replayed.apply(event)
  assert.deepEqual(replayed.rooms, ledger.state.rooms)
  assert.deepEqual(replayed.occupants, ledger.state.occupants)
  const host = ledger.state.host('conference.example.com')
  const [rooms, stays] = [ledger.rooms(), ledger.stays()]
  assert.equal(host?.liveRooms ?? 0, rooms.filter(({ endedAt }) => endedAt === null).length)
  assert.equal(host?.liveOccupants ?? 0, stays.filter(({ leftAt }) => leftAt === null).length)
}

/** What whole seconds leave open: who joined in the second in which one meeting ended and another began. */
function canBeToldApart(meetings: TrueMeeting[]): boolean {
  return meetings.every(({ created, destroyed, stays }, index) => {
    const next = meetings[index + 1]
    if (!next) return true
    const [end, begin] = [whole(destroyed), whole(next.created)]
    if (begin === whole(created)) return false
    return end < begin || [...stays, ...next.stays].every(({ joined }) => whole(joined) !== end)
  })
}

function truth(meetings: TrueMeeting[]): string[] {
  return meetings
    .flatMap(({ created, destroyed, stays }) => {
      const session = `event-sync:daily@conference.example.com:${whole(created)}`
      const ends = new Map<string, number>()
      for (const { jid, joined, left } of stays) {
        const key = `${jid} ${jid.split('@')[0]} ${whole(joined)}000`
        ends.set(key, Math.max(ends.get(key) ?? 0, whole(left)))
      }
      return [
        `${session} conference ${whole(created)}000-${whole(destroyed)}000 null`,
        ...[...ends].map(([key, left]) => `${session}: ${key}-${left}000 null`),
      ]
    })
    .toSorted()
}
