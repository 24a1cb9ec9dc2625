// What holds of every report on attendance, whatever happened in the meeting.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attendanceOf, type AttendedStay, type Meeting, type Rules } from '../../src/ledger/attendance.ts'
import { reportOf, type Report } from '../../src/ledger/report.ts'

const END = 1_000
const meeting: Meeting = {
  session: 's1',
  jid: 'daily@conference.example.com',
  name: 'daily',
  createdAt: 0,
  endedAt: END,
  inferred: false,
}
const plain: Rules = {
  from: null,
  to: null,
  now: 5_000,
  gapMs: 0,
  threshold: 85,
  guests: 'merge',
  exclude: [],
}

const stay: fc.Arbitrary<AttendedStay> = fc
  .record({
    jid: fc.constantFrom('a@x.test/1', 'a@x.test/2', 'b@x.test/1', 'c@x.test/1', 'focus@auth.x.test/f'),
    nick: fc.constantFrom('Ann', 'ann ', 'Ben', 'Cem'),
    email: fc.option(fc.constantFrom('ann@x.test', 'ben@x.test')),
    userId: fc.option(fc.constantFrom('u1', 'u2')),
    role: fc.constantFrom('moderator' as const, 'participant' as const),
    joinedAt: fc.integer({ min: 0, max: END }),
    length: fc.integer({ min: 0, max: 300 }),
    inferred: fc.boolean(),
    breakout: fc.boolean(),
    live: fc.constantFrom(true, false, false, false),
  })
  .map(({ length, live, ...rest }) => ({
    ...rest,
    leftAt: live ? null : Math.min(END, rest.joinedAt + length),
  }))
const stays = fc.array(stay, { maxLength: 15 })
const rules: fc.Arbitrary<Rules> = fc.record({
  from: fc.option(fc.integer({ min: 0, max: 500 })),
  to: fc.option(fc.integer({ min: 501, max: 1_500 })),
  now: fc.integer({ min: END, max: 2_000 }),
  gapMs: fc.integer({ min: 0, max: 100 }),
  threshold: fc.integer({ min: 0, max: 100 }),
  guests: fc.constantFrom('merge' as const, 'separate' as const),
  exclude: fc.constantFrom([], ['ANN'], ['ben@x.test', 'nobody']),
})

function report(list: AttendedStay[], asked: Rules = plain): Report {
  return reportOf([attendanceOf(meeting, list, asked)], asked)
}

test("nobody's time exceeds the meeting's, and everything of a person lies within it", () => {
  fc.assert(
    fc.property(stays, rules, (list, asked) => {
      const { durationMs, meetings, people } = report(list, asked)
      const [{ from, to } = { from: null, to: null }] = meetings
      for (const person of people) {
        assert.ok(person.totalMs <= durationMs && person.share <= 1)
        assert.ok(person.breakoutMs <= person.totalMs)
        assert.ok(from !== null && to !== null && from <= person.firstIn && (person.lastOut ?? to) <= to)
        assert.ok(person.totalMs <= (person.lastOut ?? to) - person.firstIn)
        assert.equal(person.present, person.totalMs * 100 >= asked.threshold * durationMs)
        assert.ok(person.devices >= 1 && person.rejoins >= 0)
      }
      if (asked.from !== null && from !== null) assert.ok(from >= asked.from)
      if (asked.to !== null && to !== null) assert.ok(to <= asked.to)
    }),
  )
})

test('the order in which stays arrive changes nothing', () => {
  const shuffled = stays.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  )
  fc.assert(
    fc.property(shuffled, rules, ([list, other], asked) => {
      const comparable = ({ people, ...rest }: Report) => ({
        ...rest,
        people: people.map(({ keys, ...person }) => ({ ...person, keys: [...keys].toSorted() })),
      })
      assert.deepEqual(comparable(report(other, asked)), comparable(report(list, asked)))
    }),
  )
})

test('a second device at the same time changes no total and no rejoin', () => {
  fc.assert(
    fc.property(stays, fc.nat(), (list, choice) => {
      const one = list[choice % Math.max(list.length, 1)]
      if (!one) return
      const other = { ...one, jid: one.jid === 'a@x.test/2' ? 'a@x.test/3' : 'a@x.test/2' }
      // Without an account the address tells people apart.
      const known = (who: AttendedStay) => ({ ...who, userId: who.userId ?? 'u1' })
      const before = report(list.map(known))
      const after = report([...list, other].map(known))
      const times = ({ people }: Report) =>
        people.map(({ name, totalMs, rejoins, breakoutMs }) => ({ name, totalMs, rejoins, breakoutMs }))
      if (!one.jid.startsWith('focus')) assert.deepEqual(times(after), times(before))
    }),
  )
})

test('a larger gap never takes time away, and separate guests are never fewer rows', () => {
  fc.assert(
    fc.property(stays, rules, (list, asked) => {
      const sum = ({ people }: Report) => people.reduce((total, { totalMs }) => total + totalMs, 0)
      assert.ok(sum(report(list, { ...asked, gapMs: asked.gapMs + 50 })) >= sum(report(list, asked)))
      const rows = (guests: Rules['guests']) => report(list, { ...asked, exclude: [], guests }).people.length
      assert.ok(rows('separate') >= rows('merge'))
    }),
  )
})

test('services and who is excluded are in no row, and make the meeting no longer', () => {
  fc.assert(
    fc.property(stays, (list) => {
      const asked = { ...plain, exclude: ['ann'] }
      const without = report(
        list.filter(({ jid, nick }) => !jid.startsWith('focus') && nick.trim().toLowerCase() !== 'ann'),
        { ...asked, guests: 'separate' },
      )
      const { people, durationMs } = report(list, asked)
      assert.ok(people.every(({ name }) => name.trim().toLowerCase() !== 'ann'))
      assert.ok(durationMs <= without.durationMs)
    }),
  )
})

test("a breakout room that outlives its meeting adds nothing after the meeting's end", () => {
  const who = { jid: 'a@x.test/1', nick: 'Ann', email: null, userId: 'u1', role: 'participant' as const }
  const { people, durationMs } = report([
    { ...who, joinedAt: 100, leftAt: 500, inferred: false, breakout: false },
    { ...who, joinedAt: 500, leftAt: END + 700, inferred: false, breakout: true },
  ])
  assert.deepEqual([people[0]?.totalMs, people[0]?.breakoutMs, durationMs], [900, 500, 900])
})

test('an inferred end beyond what was asked for is none of its business', () => {
  const one = { jid: 'a@x.test/1', nick: 'Ann', email: null, userId: null, role: 'participant' as const }
  const list = [{ ...one, joinedAt: 100, leftAt: 900, inferred: true, breakout: false }]
  assert.equal(report(list).people[0]?.inferred, true)
  assert.equal(report(list, { ...plain, to: 500 }).people[0]?.inferred, false)
})

test('a health check is no meeting, and is counted', () => {
  const check = { ...meeting, jid: '__jicofo-health-check-1@conference.example.com' }
  const list = [
    { jid: 'a@x.test/1', nick: 'A', email: null, userId: null, role: 'participant' as const },
  ].map((who) => ({ ...who, joinedAt: 0, leftAt: 10, inferred: false, breakout: false }))
  const { people, leftOut } = reportOf([attendanceOf(check, list, plain)], plain)
  assert.deepEqual([people, leftOut], [[], { services: 0, excluded: 0, healthChecks: 1 }])
})

test('whoever was in a meeting of no length was in all of it', () => {
  const list = [
    { jid: 'a@x.test/1', nick: 'A', email: null, userId: null, role: 'participant' as const },
  ].map((who) => ({ ...who, joinedAt: 7, leftAt: 7, inferred: false, breakout: false }))
  const [person] = report(list).people
  assert.deepEqual([person?.share, person?.present, person?.totalMs], [1, true, 0])
})
