// The plan of a day of the demo.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { planDay } from '../../../src/cli/simulate/day.ts'
import { DEMO_HOST } from '../../../src/ledger/demo.ts'
import { hostOf } from '../../../src/ledger/host.ts'

const THURSDAY = new Date(2026, 10, 19)
const SUNDAY = new Date(2026, 10, 22)

describe('a day of the demo', () => {
  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(planDay(1, THURSDAY), planDay(1, THURSDAY))
    assert.notDeepEqual(planDay(1, THURSDAY), planDay(2, THURSDAY))
  })

  test('is told in the order in which it happens, and all of it is on the host of the demo', () => {
    const calls = planDay(1, THURSDAY)
    assert.deepEqual(
      calls.map(({ at }) => at),
      calls.map(({ at }) => at).toSorted((one, other) => one - other),
    )
    for (const { path, body } of calls) {
      if (path === '/api/v1/sync') assert.equal(body['host'], DEMO_HOST)
      else assert.equal(hostOf(String(body['roomJid'] ?? body['jid'])), DEMO_HOST)
    }
  })

  test('has lectures, breakouts, lobbies, one-to-ones, and is quieter on a Sunday', () => {
    const created = (day: Date) => planDay(1, day).filter(({ path }) => path === '/api/v1/rooms')
    const kinds = new Set(created(THURSDAY).map(({ body }) => body['kind']))
    assert.deepEqual(kinds, new Set(['conference', 'breakout', 'lobby']))
    assert.ok(created(THURSDAY).length > created(SUNDAY).length + 30)
    assert.ok(largestRoom(THURSDAY) > 110)
    assert.ok(created(SUNDAY).length > 40)
  })

  test('a quarter of the days has a crash, after which rooms begin anew under another session', () => {
    const days = Array.from({ length: 40 }, (_, index) => planDay(index, THURSDAY))
    const crashed = days.filter((calls) => calls.some(({ path }) => path === '/api/v1/sync'))
    assert.ok(crashed.length >= 3 && crashed.length <= 20, `${crashed.length}`)
    assert.ok(crashed[0]?.some(({ body }) => String(body['session']).endsWith('-again')))
  })
})

function largestRoom(day: Date): number {
  const sizes = new Map<unknown, number>()
  for (const { method, path, body } of planDay(1, day)) {
    if (method !== 'POST' || path !== '/api/v1/occupants') continue
    sizes.set(body['roomJid'], (sizes.get(body['roomJid']) ?? 0) + 1)
  }
  return Math.max(...sizes.values())
}
