import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { orderOf } from '../../src/ledger/sort.ts'

test('instants come in the order of the built-in sort, equal ones as they came, spread or crowded', () => {
  const T0 = 1_767_261_600_000
  const list = fc
    .record({
      range: fc.constantFrom(1, 10, 1_000, 100_000_000_000),
      shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 600, size: 'max' }),
      crowd: fc.integer({ min: 0, max: 200 }),
    })
    .map(({ range, shares, crowd }) => [
      ...shares.map((share) => T0 + Math.floor(share * range)),
      ...Array.from({ length: crowd }, (_, index) => T0 + (index % 7)),
    ])
  fc.assert(
    fc.property(list, (instants) => {
      const places = [...instants.keys()]
      const sorted = places.toSorted((one, other) => (instants[one] ?? 0) - (instants[other] ?? 0))
      assert.deepEqual([...orderOf(new Float64Array(instants))], sorted)
    }),
  )
})
