import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clip, mergeIntervals, peakOf, totalOf } from '../../src/ledger/intervals.ts'

const interval = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]) => ({ from, to: from + length }))
const intervals = fc.array(interval, { maxLength: 12 })

test('what overlaps or touches becomes one, and what lies apart stays apart', () => {
  const merged = mergeIntervals([
    { from: 50, to: 60 },
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 5, to: 8 },
    { from: 21, to: 30 },
  ])
  assert.deepEqual(merged, [
    { from: 0, to: 20 },
    { from: 21, to: 30 },
    { from: 50, to: 60 },
  ])
})

test('a gap of just so much is bridged, and counts', () => {
  const apart = [
    { from: 0, to: 10 },
    { from: 15, to: 20 },
  ]
  assert.equal(totalOf(mergeIntervals(apart, 5)), 20)
  assert.equal(totalOf(mergeIntervals(apart, 4)), 15)
})

test('merged spans lie apart, in order, and cover each millisecond that one of them did, and no other', () => {
  fc.assert(
    fc.property(intervals, fc.integer({ min: 0, max: 10 }), (list, gap) => {
      const merged = mergeIntervals(list, gap)
      for (const [index, { from }] of merged.entries())
        assert.ok(index === 0 || from - (merged[index - 1]?.to ?? 0) > gap)
      const covered = (spans: typeof list) =>
        Array.from({ length: 140 }, (_, at) => spans.some(({ from, to }) => from <= at && at < to))
      if (gap === 0) assert.deepEqual(covered(merged), covered(list))
      assert.equal(totalOf(merged), covered(merged).filter(Boolean).length)
      assert.equal(totalOf(list), covered(list).filter(Boolean).length)
    }),
  )
})

test('most at once is what a look at every instant finds', () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const lasting = list.filter(({ from, to }) => to > from)
      const counts = Array.from(
        { length: 140 },
        (_, at) => lasting.filter(({ from, to }) => from <= at && at < to).length,
      )
      assert.equal(peakOf(lasting), Math.max(...counts))
    }),
  )
})

test('a span is cut to the window; one that only touches it is not in it', () => {
  const window = { from: 10, to: 20 }
  assert.deepEqual(clip({ from: 0, to: 15 }, window), { from: 10, to: 15 })
  assert.deepEqual(clip({ from: 10, to: 10 }, window), { from: 10, to: 10 })
  for (const outside of [
    { from: 0, to: 10 },
    { from: 20, to: 30 },
    { from: 20, to: 20 },
  ])
    assert.equal(clip(outside, window), null)
})
