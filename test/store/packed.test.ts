import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { createUnpacker } from '../../src/store/reads/packed.ts'
import { ID_LENGTH } from '../../src/store/person.ts'

type Stay = [person: string, joinedAt: number, leftAt: number | null]

test('stays come as they were packed, each person under one number in all texts, numbered as they come', () => {
  // More people than there is room for at first, each of them twice.
  const ids = Array.from({ length: 3_000 }, (_, n) => idOf(`person ${n % 1_500}`))
  const stays = ids.map((id, n): Stay => [id, 1_767_261_600_000 + n, n % 3 === 0 ? null : n])
  const numbers = [...new Map(ids.map((id) => [id, 0])).keys()]
  assert.deepEqual(
    unpacked(stays.slice(0, 1_000), stays.slice(1_000)),
    stays.map(([id, joinedAt, leftAt]) => [numbers.indexOf(id), joinedAt, leftAt]),
  )
})

test('people whose ids differ in a single character are different people', () => {
  const ids = Array.from({ length: ID_LENGTH }, (_, n) => 'A'.repeat(n) + 'B' + 'A'.repeat(ID_LENGTH - n - 1))
  const stays = ids.map((id): Stay => [id, 0, 0])
  assert.deepEqual(
    unpacked(stays).map(([who]) => who),
    [...ids.keys()],
  )
})

function unpacked(...texts: Stay[][]): [number, number, number | null][] {
  const taken: [number, number, number | null][] = []
  const unpack = createUnpacker((...stay) => taken.push(stay))
  for (const stays of texts) unpack(stays.map(([id, from, to]) => `${id}${from},${to ?? ''},`).join(''))
  return taken
}

function idOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, ID_LENGTH)
}
