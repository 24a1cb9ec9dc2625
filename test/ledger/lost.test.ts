// What the ledger concludes when nobody is left to report it, and what happens to that when the truth arrives.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  ANN,
  arrivals,
  createRoom,
  endRoom,
  expire,
  heartbeat,
  HOST,
  join,
  leave,
  listed,
  present,
  ROOM,
  sync,
  T0,
  update,
} from '../support/commands.ts'
import { Ledger } from '../support/ledger.ts'

const BEN = 'ben@example.com/phone'
const MINUTE = 60_000

/** A room with Ann and Ben in it at T0, on a host that was last heard a minute later. */
function meeting(): Ledger {
  const ledger = new Ledger()
  ledger.run(sync({ at: T0 }), T0)
  ledger.run(createRoom({ at: T0 }), T0)
  ledger.run(join({ at: T0 }), T0)
  ledger.run(join({ jid: BEN, nick: 'Ben', at: T0 }), T0)
  ledger.run(heartbeat({ rooms: 1, occupants: 2, at: T0 + MINUTE }), T0 + MINUTE)
  return ledger
}

/** The same after it was silent for so long that its rooms have ended. */
function lostMeeting(): Ledger {
  const ledger = meeting()
  assert.equal(ledger.run(expire({ silentSince: T0 + 2 * MINUTE }), T0 + 20 * MINUTE), 'success')
  return ledger
}

/** Each stay as `who joined-left reason`, in seconds from T0; `!` where the end was concluded. */
function stays(ledger: Ledger): string[] {
  return ledger.stays().map(({ jid, joinedAt, leftAt, leaveReason, inferred }) => {
    const end = leftAt === null ? 'now' : `${seconds(leftAt)}${inferred ? '!' : ''} ${leaveReason}`
    return `${jid.split('@')[0]} ${seconds(joinedAt)}-${end}`
  })
}

function rooms(ledger: Ledger): string[] {
  return ledger.rooms().map(({ session, endedAt, endReason, inferred }) => {
    return `${session} ${endedAt === null ? 'live' : `${seconds(endedAt)}${inferred ? '!' : ''} ${endReason}`}`
  })
}

function seconds(instant: number): number {
  return (instant - T0) / 1_000
}

describe('a host that falls silent', () => {
  test('loses its rooms at the last instant it was known to be alive, not when that was noticed', () => {
    const ledger = lostMeeting()
    assert.deepEqual(rooms(ledger), ['s1 60! lost'])
    assert.deepEqual(stays(ledger), ['ann 0-60! lost', 'ben 0-60! lost'])
  })

  test('keeps them if anything was heard of it since', () => {
    const ledger = meeting()
    ledger.run(update({ nick: 'Anna', at: T0 }), T0 + 3 * MINUTE)
    assert.equal(ledger.run(expire({ silentSince: T0 + 2 * MINUTE }), T0 + 20 * MINUTE), 'alive')
    assert.deepEqual(rooms(ledger), ['s1 live'])
  })

  test('keeps them for ever if it never sent a heartbeat', () => {
    const ledger = new Ledger()
    ledger.run(createRoom(), T0)
    assert.equal(ledger.run(expire({ silentSince: T0 + MINUTE }), T0 + 20 * MINUTE), 'alive')
    assert.deepEqual(rooms(ledger), ['s1 live'])
  })

  test('is no longer in sync when it comes back', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.state.host(HOST)?.inSync, false)
    const back = heartbeat({ rooms: 1, occupants: 2, at: T0 + 21 * MINUTE })
    assert.deepEqual(ledger.run(back, T0 + 21 * MINUTE), { inSync: false })
  })
})

describe('when the truth arrives after all', () => {
  test('a leave from after the concluded end takes the end of the whole meeting back', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.run(leave({ at: T0 + 5 * MINUTE, reason: 'left' }), T0 + 30 * MINUTE), 'success')
    assert.deepEqual(rooms(ledger), ['s1 live'])
    assert.deepEqual(stays(ledger), ['ann 0-300 left', 'ben 0-now'])
    const types = ledger.decisions.at(-1)?.events.map(({ type }) => type)
    assert.deepEqual(types, ['room.corrected', 'occupant.corrected', 'occupant.corrected'])
  })

  test('a leave from before it replaces the end of that stay alone', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.run(leave({ at: T0 + 30_000, reason: 'left' }), T0 + 30 * MINUTE), 'success')
    assert.deepEqual(rooms(ledger), ['s1 60! lost'])
    assert.deepEqual(stays(ledger), ['ann 0-30 left', 'ben 0-60! lost'])
  })

  test('the end of the room replaces every concluded end in it', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.run(endRoom({ at: T0 + 5 * MINUTE, reason: 'over' }), T0 + 30 * MINUTE), 'success')
    assert.deepEqual(rooms(ledger), ['s1 300 over'])
    assert.deepEqual(stays(ledger), ['ann 0-300 room-ended', 'ben 0-300 room-ended'])
    assert.equal(ledger.run(endRoom(), T0 + 31 * MINUTE), 'duplicate')
  })

  test('a join shows that the meeting went on, and who joins had left before', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.run(join({ at: T0 + 5 * MINUTE }), T0 + 30 * MINUTE), 'success')
    assert.deepEqual(rooms(ledger), ['s1 live'])
    assert.deepEqual(stays(ledger), ['ann 0-60! lost', 'ben 0-now', 'ann 300-now'])
  })

  test('a whole spool gives the ledger that would have been written without the silence', () => {
    const spool = [
      leave({ at: T0 + 2 * MINUTE, reason: 'left' }),
      join({ jid: BEN.replace('ben', 'cem'), nick: 'Cem', at: T0 + 3 * MINUTE }),
      join({ at: T0 + 4 * MINUTE }),
      update({ nick: 'Anna', at: T0 + 5 * MINUTE }),
      leave({ jid: BEN, at: T0 + 6 * MINUTE, reason: 'left' }),
      endRoom({ at: T0 + 7 * MINUTE }),
      createRoom({ session: 's2', at: T0 + 8 * MINUTE }),
    ]
    const [late, prompt] = [lostMeeting(), meeting()]
    for (const command of spool) {
      assert.equal(late.run(command, T0 + 30 * MINUTE), 'success')
      assert.equal(prompt.run(command, command.at ?? 0), 'success')
    }
    assert.deepEqual(stays(late), stays(prompt))
    assert.deepEqual(rooms(late), rooms(prompt))
    assert.deepEqual(late.state.host(HOST)?.liveOccupants, 0)
  })

  test('an update from before the concluded end changes the stay and leaves its end', () => {
    const ledger = lostMeeting()
    assert.equal(ledger.run(update({ nick: 'Anna', at: T0 + 30_000 }), T0 + 30 * MINUTE), 'success')
    assert.deepEqual(stays(ledger), ['ann 0-60! lost', 'ben 0-60! lost'])
    assert.equal(ledger.stays()[0]?.nick, 'Anna')
  })

  test('a room that has been followed by another stays lost', () => {
    const ledger = lostMeeting()
    ledger.run(createRoom({ session: 's2', at: T0 + 5 * MINUTE }), T0 + 30 * MINUTE)
    ledger.run(endRoom({ session: 's2', at: T0 + 6 * MINUTE }), T0 + 30 * MINUTE)
    assert.equal(ledger.run(join({ at: T0 + 7 * MINUTE }), T0 + 30 * MINUTE), 'no-room')
    assert.equal(ledger.run(leave({ at: T0 + 7 * MINUTE }), T0 + 30 * MINUTE), 'no-occupant')
    assert.deepEqual(rooms(ledger), ['s1 60! lost', 's2 360 null'])
  })

  test('an end that was reported is never taken back by a report', () => {
    const ledger = meeting()
    ledger.run(endRoom({ at: T0 + 2 * MINUTE, reason: 'lost' }), T0 + 2 * MINUTE)
    assert.equal(ledger.run(join({ at: T0 + 3 * MINUTE }), T0 + 3 * MINUTE), 'no-room')
    assert.equal(ledger.run(leave({ at: T0 + 3 * MINUTE }), T0 + 3 * MINUTE), 'no-occupant')
    assert.equal(ledger.run(endRoom(), T0 + 3 * MINUTE), 'duplicate')
  })
})

describe('a snapshot', () => {
  test('ends what is not in it at the last instant the host was known to be alive', () => {
    const ledger = meeting()
    const repairs = ledger.run(sync({ bootId: 'boot2', at: T0 + 9 * MINUTE }), T0 + 9 * MINUTE)
    assert.deepEqual(repairs, { roomsCreated: 0, roomsEnded: 1, occupantsJoined: 0, occupantsLeft: 2 })
    assert.deepEqual(rooms(ledger), ['s1 60! lost'])
    assert.deepEqual(stays(ledger), ['ann 0-60! lost', 'ben 0-60! lost'])
  })

  test('counts no heartbeat of a process whose snapshot is still to come as a sign of life of what was before', () => {
    const ledger = meeting()
    ledger.run(heartbeat({ bootId: 'boot2', at: T0 + 8 * MINUTE }), T0 + 8 * MINUTE)
    ledger.run(heartbeat({ bootId: 'boot1', at: T0 + 2 * MINUTE }), T0 + 8 * MINUTE)
    ledger.run(sync({ bootId: 'boot2', at: T0 + 9 * MINUTE }), T0 + 9 * MINUTE)
    assert.deepEqual(rooms(ledger), ['s1 120! lost'])
  })

  test('brings in what the ledger has missed, with the times and names it tells', () => {
    const ledger = meeting()
    const cem = present({ jid: 'cem@example.com/c', nick: 'Cem', at: T0 + 90_000 })
    const here = [present({ nick: 'Anna', at: T0 }), cem]
    const second = listed({ session: 's2', jid: `second@${HOST}`, at: T0 + 80_000, occupants: [cem] })
    const command = sync({ rooms: [listed({ occupants: here }), second], at: T0 + 2 * MINUTE })
    const repairs = ledger.run(command, T0 + 2 * MINUTE)
    assert.deepEqual(repairs, { roomsCreated: 1, roomsEnded: 0, occupantsJoined: 2, occupantsLeft: 1 })
    assert.deepEqual(rooms(ledger), ['s1 live', 's2 live'])
    assert.deepEqual(stays(ledger), ['ann 0-now', 'ben 0-60! lost', 'cem 90-now', 'cem 90-now'])
    assert.equal(ledger.stays()[0]?.nick, 'Anna')
    assert.equal(ledger.rooms()[1]?.createdAt, T0 + 80_000)
  })

  test('takes back the ends that were concluded, and makes no second stay', () => {
    const ledger = lostMeeting()
    const here = [present({ at: T0 }), present({ jid: BEN, nick: 'Ben' })]
    const command = sync({ rooms: [listed({ occupants: here })], at: T0 + 30 * MINUTE })
    const repairs = ledger.run(command, T0 + 30 * MINUTE)
    assert.deepEqual(repairs, { roomsCreated: 1, roomsEnded: 0, occupantsJoined: 2, occupantsLeft: 0 })
    assert.deepEqual(stays(ledger), ['ann 0-now', 'ben 0-now'])
  })

  test('knows by the time of joining who came back from who never left', () => {
    const ledger = lostMeeting()
    const here = [present({ at: T0 + 10 * MINUTE }), present({ jid: BEN, nick: 'Ben', at: T0 })]
    ledger.run(sync({ rooms: [listed({ occupants: here })], at: T0 + 30 * MINUTE }), T0 + 30 * MINUTE)
    assert.deepEqual(stays(ledger), ['ann 0-60! lost', 'ben 0-now', 'ann 600-now'])
  })

  test('makes a room live again even if its end was reported', () => {
    const ledger = meeting()
    ledger.run(endRoom({ at: T0 + 2 * MINUTE }), T0 + 2 * MINUTE)
    const command = sync({ rooms: [listed({ occupants: [present({ at: T0 })] })], at: T0 + 3 * MINUTE })
    ledger.run(command, T0 + 3 * MINUTE)
    assert.deepEqual(rooms(ledger), ['s1 live'])
    assert.deepEqual(stays(ledger), ['ann 0-now', 'ben 0-120 room-ended'])
  })

  test('is refused whole if one of its sessions belongs to another room', () => {
    const ledger = meeting()
    const stolen = listed({ jid: `other@${HOST}` })
    assert.equal(ledger.run(sync({ rooms: [stolen] }), T0 + 2 * MINUTE), 'foreign-session')
    assert.deepEqual(rooms(ledger), ['s1 live'])
    assert.equal(ledger.state.host(HOST)?.inSync, true)
  })

  test('of one host leaves the others alone', () => {
    const ledger = meeting()
    ledger.run(createRoom({ session: 's2', jid: 'x@breakout.example.com' }), T0)
    ledger.run(sync({ host: 'breakout.example.com' }), T0 + 2 * MINUTE)
    assert.deepEqual(rooms(ledger), ['s1 live', 's2 0! lost'])
  })
})

describe('after any sequence of commands', () => {
  test('a snapshot leaves exactly what it lists, and again it changes nothing', () => {
    check((ledger) => {
      const here = ['ann', 'ben'].map((name) =>
        present({ jid: `${name}@example.com/${name[0]}`, nick: name }),
      )
      const room = listed({ session: 'new', jid: `one@${HOST}`, occupants: here })
      const command = sync({ rooms: [room], at: T0 + 5_000_000 })
      assert.equal(typeof ledger.run(command, T0 + 5_000_000), 'object')
      const live = ledger.rooms().filter(({ endedAt }) => endedAt === null)
      assert.deepEqual(
        live.map(({ session }) => session),
        ['new'],
      )
      const occupants = ledger.stays().filter(({ leftAt }) => leftAt === null)
      assert.deepEqual(
        occupants.map(({ jid }) => jid),
        here.map(({ jid }) => jid),
      )
      assert.equal(ledger.state.host(HOST)?.inSync, true)
      ledger.run(command, T0 + 5_000_001)
      assert.deepEqual(ledger.decisions.at(-1)?.events, [])
    })
  })

  test('the host counts what is live, and a heartbeat that counts the same is in sync', () => {
    check((ledger) => {
      ledger.run(createRoom({ session: 'new', jid: `one@${HOST}` }), T0)
      const rooms = ledger.rooms().filter(({ endedAt }) => endedAt === null).length
      const occupants = ledger.stays().filter(({ leftAt }) => leftAt === null).length
      const bootId = ledger.state.host(HOST)?.bootId
      const said = { rooms, occupants, bootId: bootId ?? 'unknown' }
      assert.deepEqual(ledger.run(heartbeat(said), T0), { inSync: bootId !== null })
      assert.deepEqual(ledger.run(heartbeat({ ...said, occupants: occupants + 1 }), T0), { inSync: false })
      assert.deepEqual(ledger.run(heartbeat({ ...said, bootId: 'another' }), T0), { inSync: false })
    })
  })

  test('no concluded end lies after the last sign of life, unless something was reported later still', () => {
    check((ledger) => {
      const alive = ledger.state.host(HOST)?.aliveAt ?? 0
      ledger.run(sync({ bootId: 'after', at: T0 + 5_000_000 }), T0 + 5_000_000)
      for (const event of ledger.decisions.at(-1)?.events ?? []) {
        if (event.type !== 'occupant.left') continue
        const reportedLater = ledger.stays().some(({ room, joinedAt, leftAt }) => {
          return room === event.room && Math.max(joinedAt, leftAt ?? 0) > alive
        })
        assert.ok(event.at === alive || reportedLater)
      }
    })
  })
})

describe('what is known of a host', () => {
  test('counts its reports: those refused, those late, and what a snapshot repaired', () => {
    const ledger = meeting()
    ledger.run(join(), T0 + 2 * MINUTE)
    ledger.run(leave({ at: T0 + MINUTE }), T0 + 2 * MINUTE)
    ledger.run(sync({ at: T0 + 3 * MINUTE }), T0 + 3 * MINUTE + 500)
    const host = ledger.state.host(HOST)
    assert.deepEqual(
      { ...host },
      {
        name: HOST,
        bootId: 'boot1',
        contactAt: T0 + 3 * MINUTE + 500,
        heartbeatAt: T0 + MINUTE,
        aliveAt: T0 + 3 * MINUTE,
        inSync: true,
        lag: 500,
        liveRooms: 0,
        liveOccupants: 0,
        received: 5,
        refused: 1,
        late: 1,
        repaired: 2,
      },
    )
  })

  test('begins with the first thing taken from it, not with what was refused', () => {
    const ledger = new Ledger()
    ledger.run(join(), T0)
    assert.equal(ledger.state.host(HOST), undefined)
    ledger.run(heartbeat(), T0)
    assert.equal(ledger.state.host(HOST)?.heartbeatAt, T0)
  })

  test('is the domain of the JID of a room', () => {
    const ledger = new Ledger()
    const hosts = ['a@one.example', 'two.example', 'b@three.example/x@y', ROOM, ANN]
    for (const [index, jid] of hosts.entries()) ledger.run(createRoom({ session: `h${index}`, jid }), T0)
    const names = ['one.example', 'two.example', 'three.example', HOST, 'example.com']
    assert.deepEqual([...ledger.state.hosts.keys()], names)
  })
})

function check(property: (ledger: Ledger) => void): void {
  fc.assert(
    fc.property(arrivals, (list) => {
      const ledger = new Ledger()
      for (const { command, receivedAt } of list) ledger.run(command, receivedAt)
      property(ledger)
    }),
    { numRuns: 500 },
  )
}
