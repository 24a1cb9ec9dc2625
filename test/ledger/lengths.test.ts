// How many meetings were short, and how many long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lengthsOf } from '../../src/ledger/lengths.ts'

const MINUTE = 60_000

test('a meeting is counted once, with those that lasted as long as it did', () => {
  const durations = [0, MINUTE - 1, MINUTE, 15 * MINUTE - 1, 15 * MINUTE, 480 * MINUTE, 10_000 * MINUTE]
  const counted = lengthsOf(durations).filter(({ rooms }) => rooms > 0)
  assert.deepEqual(
    counted.map(({ atLeast, rooms }) => [atLeast / MINUTE, rooms]),
    [
      [0, 2],
      [1, 1],
      [5, 1],
      [15, 1],
      [480, 2],
    ],
  )
})

test('groups that nothing is in are there all the same, the shortest first', () => {
  const lengths = lengthsOf([])
  const starts = lengths.map(({ atLeast }) => atLeast)
  assert.equal(starts[0], 0)
  assert.deepEqual(
    starts,
    starts.toSorted((one, other) => one - other),
  )
  assert.ok(lengths.every(({ rooms }) => rooms === 0))
})
