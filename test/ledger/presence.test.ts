// Overlapping time, and how many were there at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeIntervals, totalOf } from '../../src/ledger/intervals.ts'
import { crowdOf, type Presence } from '../../src/ledger/presence.ts'

const instant = fc.integer({ min: 0, max: 50 })
const interval = fc.tuple(instant, instant).map(([one, other]) => ({
  from: Math.min(one, other),
  to: Math.max(one, other),
}))

function stay(joinedAt: number, leftAt: number | null, person = joinedAt): Presence {
  return { joinedAt, leftAt, person }
}

test('the total is the number of milliseconds that lie in any of the intervals', () => {
  fc.assert(
    fc.property(fc.array(interval), (list) => {
      const inAny = Array.from({ length: 51 }, (_, at) => list.some(({ from, to }) => from <= at && at < to))
      assert.equal(totalOf(list), inAny.filter(Boolean).length)
    }),
  )
})

test('intervals that overlap or meet become one, and so do those with a small gap where one is allowed', () => {
  const list = [
    { from: 20, to: 30 },
    { from: 0, to: 10 },
    { from: 10, to: 12 },
    { from: 3, to: 5 },
  ]
  assert.deepEqual(mergeIntervals(list), [
    { from: 0, to: 12 },
    { from: 20, to: 30 },
  ])
  assert.deepEqual(mergeIntervals(list, 8), [{ from: 0, to: 30 }])
  assert.deepEqual(mergeIntervals(list, 7).length, 2)
  assert.deepEqual(mergeIntervals([]), [])
})

test('who comes in the instant in which another goes was not there together with them', () => {
  assert.deepEqual(crowdOf([stay(0, 10), stay(10, null)]), { occupants: 1, people: 2, peak: 1 })
  assert.deepEqual(crowdOf([stay(0, 11), stay(10, null)]), { occupants: 1, people: 2, peak: 2 })
})

test('who left in the instant of coming was there all the same', () => {
  assert.deepEqual(crowdOf([stay(10, 10)]), { occupants: 0, people: 1, peak: 1 })
})

test('two devices of one person are two occupants and one of the people', () => {
  assert.deepEqual(crowdOf([stay(0, null, 7), stay(1, null, 7)]), {
    occupants: 2,
    people: 1,
    peak: 2,
  })
})

test('at an instant nothing has happened yet that came later', () => {
  const stays = [stay(0, 10), stay(5, 30), stay(20, null)]
  assert.deepEqual(crowdOf(stays, 7), { occupants: 2, people: 2, peak: 2 })
  assert.deepEqual(crowdOf(stays, 10), { occupants: 1, people: 2, peak: 2 })
  assert.deepEqual(crowdOf(stays, -1), { occupants: 0, people: 0, peak: 0 })
})
