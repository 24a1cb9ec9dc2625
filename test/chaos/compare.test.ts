// Every verdict of chaos can fail: a comparison that finds nothing is worth nothing otherwise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, type Verdict } from './compare.ts'
import type { FoldedStay, Ledger } from './fold.ts'
import { Truth, type Stay } from './truth.ts'

const T = Date.UTC(2026, 0, 1)
const ROOM = 'r@conference.test'

test('what is in the ledger as it was is all right', () => {
  const verdict = held(
    [did({}), did({ asked: T + 9_000, end: null })],
    [wrote({}), wrote({ joinedAt: T + 9_050, leftAt: null })],
  )
  assert.deepEqual(verdict.problems, [])
  assert.deepEqual([verdict.expected, verdict.found], [2, 2])
})

test('a stay that is not in the ledger is missing', () => {
  assert.deepEqual(kinds([did({}), did({ asked: T + 9_000 })], [wrote({})]), ['missing'])
})

test('a stay that was never confirmed may be missing, and may be there', () => {
  assert.deepEqual(kinds([did({ seen: null })], []), [])
  assert.deepEqual(kinds([did({ seen: null })], [wrote({})]), [])
})

test('a stay that never was is extra', () => {
  assert.deepEqual(kinds([did({})], [wrote({}), wrote({ joinedAt: T + 20_000, leftAt: T + 21_000 })]), [
    'extra',
  ])
})

test('who has left and is live in the ledger is a ghost, and so is their room', () => {
  assert.deepEqual(kinds([did({})], [wrote({ leftAt: null })]), ['ghost', 'ghost'])
})

test('who is there and has left in the ledger is named', () => {
  assert.deepEqual(kinds([did({ end: null })], [wrote({})]), ['ended'])
})

test('a reported time may be one second off, and no more', () => {
  assert.deepEqual(kinds([did({})], [wrote({ leftAt: T + 5_100 + 1_000 })]), [])
  assert.deepEqual(kinds([did({})], [wrote({ leftAt: T + 5_100 + 1_001 })]), ['time'])
  assert.deepEqual(kinds([did({})], [wrote({ joinedAt: T - 1_001 })]), ['time'])
})

test("Prosody's clock is corrected for", () => {
  assert.deepEqual(kinds([did({})], [wrote({ joinedAt: T + 5_050, leftAt: T + 10_050 })], 5_000), [])
})

test('an end is inferred only where Prosody was killed, and never after that', () => {
  const lost = { leaveReason: 'lost', inferred: true }
  const dead = { life: { how: 'kill' as const, asked: T + 5_000, seen: T + 5_100 } }
  const end = { by: 'prosody' as const, asked: T + 5_090, seen: T + 5_090 }
  assert.deepEqual(kinds([did({})], [wrote(lost)]), ['inferred'])
  assert.deepEqual(kinds([did({ ...dead, end })], [wrote({ ...lost, leftAt: T + 5_101 })]), ['late'])
  const verdict = held([did({ ...dead, end })], [wrote({ ...lost, leftAt: T + 4_000 })])
  assert.deepEqual([verdict.problems, verdict.lateness, verdict.earliness], [[], -1_100, [1_000]])
})

test('a stay that was written to another meeting is named', () => {
  assert.deepEqual(kinds([did({ meeting: 'm1' })], [wrote({ session: 'm2' })]), ['meeting'])
  assert.deepEqual(kinds([did({ meeting: 'm1' })], [wrote({ session: 'm1.0123456789ab' })]), [])
})

test('who is still there has the name and the role that they have', () => {
  const stay = did({ end: null, nick: 'Ann', role: 'moderator' })
  assert.deepEqual(kinds([stay], [wrote({ leftAt: null })]), ['nick', 'role'])
})

function did(changes: Partial<Stay>): Stay {
  const asked = changes.asked ?? T
  const life = { how: null, asked: Infinity, seen: Infinity }
  const end = { by: 'presence' as const, asked: asked + 5_000, seen: asked + 5_100 }
  const who = { room: ROOM, jid: 'a@test/x', nick: 'A', role: 'participant' as const }
  return {
    ...who,
    asked,
    seen: asked + 100,
    life,
    meeting: null,
    goodbye: null,
    end,
    noticed: false,
    ...changes,
  }
}

function wrote(changes: Partial<FoldedStay>): FoldedStay {
  const who = { session: 'm1', room: ROOM, jid: 'a@test/x', nick: 'A', role: 'participant' }
  return { ...who, joinedAt: T + 50, leftAt: T + 5_050, leaveReason: 'left', inferred: false, ...changes }
}

function held(stays: Stay[], written: FoldedStay[], clock = 0): Verdict {
  const truth = new Truth()
  truth.stays.push(...stays)
  const endedAt = written.some(({ leftAt }) => leftAt === null) ? null : T + 30_000
  const rooms = [{ session: 'm1', jid: ROOM, createdAt: T, endedAt }]
  const ledger: Ledger = { events: [], rooms, stays: written, problems: [] }
  return compare(truth, ledger, clock)
}

function kinds(stays: Stay[], written: FoldedStay[], clock = 0): string[] {
  return held(stays, written, clock).problems.map((problem) => problem.split(':', 1)[0] ?? '')
}
