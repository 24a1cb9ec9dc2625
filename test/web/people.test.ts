// What the Meeting page makes of stays, without a browser: a row for each person, lanes, the curve and the axis.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Room, Stay } from '../../src/client/types.ts'
import { attendanceOf } from '../../src/ledger/attendance.ts'
import { changesOf, mostIn } from '../../web/src/meeting/curve.ts'
import { crowdIn, isThere, shownPeople } from '../../web/src/meeting/people.ts'
import { percentOf, scaleOf, sliderStep, ticksOf } from '../../web/src/meeting/scale.ts'

const T0 = Date.parse('2026-11-22T10:00:00.000Z')
const MINUTE = 60_000
const instant = (minute: number) => new Date(T0 + minute * MINUTE).toISOString()
const minuteOf = (time: number | null) => (time === null ? null : (time - T0) / MINUTE)

const ROOM: Room = {
  session: 's1',
  jid: 'lesson@conference.example.com',
  host: 'conference.example.com',
  name: 'lesson',
  kind: 'conference',
  parentJid: null,
  createdAt: instant(0),
  endedAt: instant(60),
  endReason: null,
  inferred: false,
  occupants: 0,
  people: 0,
  peak: 0,
  durationMs: 60 * MINUTE,
}
let ids = 0

/** `from`, `to`: minutes; `to` null: it goes on. */
function stay(nick: string, from: number, to: number | null, more: Partial<Stay> = {}): Stay {
  const jid = more.jid ?? `${nick.toLowerCase()}@example.com/tab`
  return {
    session: 's1',
    roomJid: ROOM.jid,
    roomName: 'lesson',
    id: (ids += 1),
    person: nick,
    jid,
    nick,
    role: 'participant',
    email: null,
    avatar: null,
    userAgent: null,
    ip: null,
    userId: null,
    joinedAt: instant(from),
    leftAt: to === null ? null : instant(to),
    leaveReason: to === null ? null : 'left',
    inferred: false,
    history: [{ at: instant(from), nick, role: 'participant' }],
    verified: false,
    service: false,
    client: { browser: null, system: null },
    durationMs: 0,
    ...more,
  }
}

const group = { session: 'b1', roomJid: 'b1@breakout.example.com', roomName: 'Group A' }
const crowd = (stays: Stay[], room = ROOM, until = 60) => crowdIn(room, stays, T0 + until * MINUTE)
const one = (...stays: Stay[]) => {
  const { people } = crowd(stays)
  assert.equal(people.length, 1)
  return people[0]!
}

describe('the people of a meeting', () => {
  test('are one row each, however often they came, with whatever device, and into whichever breakout room', () => {
    const ben = { userId: 'ben' }
    const person = one(
      stay('Ben', 0, 20, ben),
      stay('Ben', 19, 30, { ...ben, ...group }),
      stay('Benjamin', 40, 60, { ...ben, jid: 'b2@example.com/tab' }),
    )
    assert.equal(person.name, 'Benjamin')
    assert.deepEqual([person.firstIn, person.lastOut].map(minuteOf), [0, 60])
    assert.equal(person.totalMs, 50 * MINUTE)
    assert.deepEqual(
      person.stays.map(({ breakout }) => breakout),
      [null, 'Group A', null],
    )
    assert.deepEqual(
      person.there.map(({ from, to }) => [minuteOf(from), minuteOf(to)]),
      [
        [0, 30],
        [40, 60],
      ],
    )
  })

  test('are those of the report on attendance, with its times', () =>
    fc.assert(
      fc.property(arbitraryStays(), (stays) => {
        const { people, services } = crowd(stays)
        const report = attendanceOf(
          { ...ROOM, createdAt: T0, endedAt: T0 + 60 * MINUTE },
          stays.map((stay) => ({
            ...stay,
            joinedAt: Date.parse(stay.joinedAt),
            leftAt: stay.leftAt === null ? null : Date.parse(stay.leftAt),
            breakout: stay.session !== 's1',
          })),
          {
            from: null,
            to: null,
            now: T0 + 60 * MINUTE,
            gapMs: 0,
            threshold: 85,
            guests: 'merge',
            exclude: [],
          },
        )
        assert.equal(services, report.services.size)
        assert.deepEqual(
          people.map(({ key, totalMs, stays }) => ({ key, totalMs, bars: stays.length > 0 })),
          [...report.people].map(([key, { totalMs }]) => ({ key, totalMs, bars: true })),
        )
      }),
    ))

  test('do not include the components of Jitsi, which are counted', () => {
    const focus = stay('focus', 0, 60, { jid: 'focus@auth.example.com/focus', service: true, person: null })
    const { people, services } = crowd([focus, stay('Ann', 0, 60)])
    assert.deepEqual([people.map(({ name }) => name), services], [['Ann'], 1])
  })

  test('are in a breakout room no longer than the meeting lasts', () => {
    const person = one(stay('Ann', 0, 30), stay('Ann', 30, 90, { ...group, inferred: true }))
    assert.deepEqual(
      person.stays.map(({ to, inferred }) => [minuteOf(to), inferred]),
      [
        [30, false],
        [60, false],
      ],
    )
  })

  test('are not still there where the meeting has ended and its breakout room has not', () => {
    const person = one(stay('Ann', 0, 30), stay('Ann', 30, null, group))
    assert.deepEqual(
      [person.lastOut, person.stays[1]?.to].map((time) => minuteOf(time ?? null)),
      [60, 60],
    )
    assert.equal(person.stays[1]?.open, false)
  })

  test('keep their changes of name and role, and the time for which they were moderators', () => {
    const person = one(
      stay('Ann B.', 0, 60, {
        userId: 'ann',
        history: [
          { at: instant(0), nick: 'Ann', role: 'participant' },
          { at: instant(10), nick: 'Ann B.' },
          { at: instant(20), role: 'moderator' },
          { at: instant(40), role: 'participant' },
          { at: instant(45), email: 'ann@example.com' },
        ],
      }),
    )
    const [bar] = person.stays
    assert.deepEqual(
      bar?.changes.map(({ at }) => minuteOf(at)),
      [10, 20, 40],
    )
    assert.deepEqual(
      bar?.moderated.map(({ from, to }) => [minuteOf(from), minuteOf(to)]),
      [[20, 40]],
    )
    assert.ok(person.moderator)
  })

  test('are found by every name they went by and by email, and come in each order', () => {
    const history = [
      { at: instant(0), nick: 'Bob' },
      { at: instant(1), nick: 'Ödön' },
    ]
    const { people } = crowd([
      stay('Ödön', 5, 60, { userId: 'b', history }),
      stay('ann', 10, 20),
      stay('Cem', 0, 30, { email: 'cem@school.example' }),
    ])
    const names = (sort: Parameters<typeof shownPeople>[1], looked = '') =>
      shownPeople(people, sort, looked)
        .map(({ name }) => name)
        .join(' ')
    assert.equal(names('first'), 'Cem Ödön ann')
    assert.equal(names('name'), 'ann Cem Ödön')
    assert.equal(names('time'), 'Ödön Cem ann')
    assert.equal(names('first', ' ödö'), 'Ödön')
    assert.equal(names('first', 'bob'), 'Ödön')
    assert.equal(names('first', 'SCHOOL'), 'Cem')
    assert.equal(names('first', 'nobody'), '')
  })

  test('are there from the instant of coming up to that of leaving, and until now where they stayed', () => {
    const live = { ...ROOM, endedAt: null }
    const { people } = crowd([stay('Ann', 0, 10), stay('Ben', 5, null), stay('Cem', 7, 7)], live, 30)
    const there = (minute: number) =>
      people.filter((person) => isThere(person, T0 + minute * MINUTE)).map(({ name }) => name)
    assert.deepEqual(there(-1), [])
    assert.deepEqual(there(0), ['Ann'])
    assert.deepEqual(there(7), ['Ann', 'Ben', 'Cem'])
    assert.deepEqual(there(10), ['Ben'])
    assert.deepEqual(there(30), ['Ben'])
  })
})

describe('the lanes of a row', () => {
  const lanes = (...stays: Stay[]) => one(...stays).stays.map(({ lane, lanes }) => `${lane}/${lanes}`)
  const ann = { userId: 'ann' }

  test('lie beside each other for devices that are there at once', () => {
    const phone = { ...ann, jid: 'phone@example.com/1' }
    assert.deepEqual(lanes(stay('Ann', 0, 30, ann), stay('Ann', 20, 40, phone)), ['0/2', '1/2'])
  })

  test('are one where a device comes again, or is in a breakout room and in the meeting for a moment', () => {
    const again = { ...ann, jid: 'ann@example.com/again' }
    assert.deepEqual(
      lanes(
        stay('Ann', 0, 20, ann),
        stay('Ann', 19, 30, { ...ann, ...group }),
        stay('Ann', 31, 40, again),
        stay('Ann', 40, 60, ann),
      ),
      ['0/1', '0/1', '0/1', '0/1'],
    )
  })

  test('are three at most', () => {
    const devices = [1, 2, 3, 4, 5].map((n) => stay('Ann', n, 40 + n, { ...ann, jid: `a@example.com/${n}` }))
    assert.deepEqual(lanes(...devices), ['0/3', '1/3', '2/3', '0/3', '1/3'])
  })

  test('never hold two devices at once, as long as there are no more devices than lanes', () =>
    fc.assert(
      fc.property(arbitraryStays(), (stays) => {
        for (const { stays: bars } of crowd(stays).people) {
          for (const [index, bar] of bars.entries()) {
            const beside = bars.slice(index + 1).filter(({ from, jid }) => from < bar.to && jid !== bar.jid)
            for (const other of bar.lanes < 3 ? beside : []) assert.notEqual(other.lane, bar.lane)
          }
        }
      }),
    ))
})

describe('the curve', () => {
  test('holds in each column the most that were there at once, a moment included', () => {
    const scale = { from: 0, to: 100 }
    const people = [
      { there: [{ from: 0, to: 60 }] },
      { there: [{ from: 20, to: 40 }] },
      { there: [{ from: 85, to: 85 }] },
    ]
    assert.deepEqual(mostIn(people, scale, 10), [1, 1, 2, 2, 2, 1, 1, 0, 1, 0])
    assert.deepEqual(changesOf(people), [0, 20, 40, 60, 85])
  })
})

describe('the axis', () => {
  test('holds all that is known, and leaves room behind what goes on', () => {
    const times = [
      { from: T0 + 400, to: T0 + 30 * MINUTE },
      { from: T0 - 1_500, to: T0 + 10 * MINUTE },
    ]
    assert.deepEqual(scaleOf(times, false), { from: T0 - 2_000, to: T0 + 30 * MINUTE })
    assert.ok(scaleOf(times, true).to > T0 + 30 * MINUTE + 30_000)
    assert.deepEqual(scaleOf([{ from: T0, to: T0 }], false), { from: T0, to: T0 + 1_000 })
  })

  test('names as many round instants as fit', () => {
    const ticks = ticksOf({ from: T0 + 1_000, to: T0 + 50 * MINUTE }, 10)
    assert.deepEqual(ticks.map(minuteOf), [5, 10, 15, 20, 25, 30, 35, 40, 45, 50])
    for (const length of [1_000, 90_000, 3 * 3_600_000, 40 * 86_400_000, 4_000 * 86_400_000]) {
      const count = ticksOf({ from: T0, to: T0 + length }, 10).length
      assert.ok(count >= 1 && count <= 11, `${count} for ${length}`)
    }
  })

  test('has its ends at 0 and 100, and nothing beyond', () => {
    const scale = { from: 0, to: 50 }
    assert.deepEqual(
      [-5, 0, 25, 50, 60].map((time) => percentOf(scale, time)),
      [0, 0, 50, 100, 100],
    )
    assert.equal(sliderStep({ from: 0, to: 60 * MINUTE }), 15_000)
  })
})

function arbitraryStays(): fc.Arbitrary<Stay[]> {
  const who = fc.constantFrom<[string, Partial<Stay>]>(
    ['Ann', { userId: 'ann' }],
    ['Ann', { userId: 'ann', jid: 'phone@example.com/1' }],
    ['Ben', { email: 'ben@example.com' }],
    ['guest', {}],
    ['Guest', { jid: 'other@guest.example.com/1' }],
    ['focus', { jid: 'focus@auth.example.com/focus', service: true }],
  )
  const time = fc.integer({ min: 0, max: 70 })
  return fc.array(
    fc
      .tuple(who, time, fc.integer({ min: 0, max: 30 }), fc.boolean())
      .map(([[nick, more], from, length, breakout]) =>
        stay(nick, from, from + length, { ...more, ...(breakout && group) }),
      ),
    { maxLength: 12 },
  )
}
