// The weeks of a person: where they begin, and what is in each.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latestWeeks, sumByWeek } from '../../web/src/person/week.ts'

process.env['TZ'] = 'Europe/Berlin'
const NOW = Date.parse('2026-10-28T10:00:00+01:00')

test('weeks begin on Mondays at midnight, in summer and in winter', () => {
  const starts = latestWeeks(NOW)
  assert.equal(starts.length, 26)
  for (const start of starts) assert.match(new Date(start).toString(), /^Mon .* 00:00:00/)
  assert.equal(starts.at(-1), Date.parse('2026-10-26T00:00:00+01:00'))
  assert.equal(latestWeeks(Date.parse('2026-11-01T23:00:00+01:00')).at(-1), starts.at(-1))
})

test('a meeting is in the week in which it was joined; older ones are left out', () => {
  const starts = latestWeeks(NOW)
  const joined = (time: string) => ({ joinedAt: new Date(time).toISOString(), totalMs: 60_000 })
  const weeks = sumByWeek(starts, [
    joined('2026-10-26T00:00:00+01:00'),
    joined('2026-10-28T09:00:00+01:00'),
    joined('2026-10-25T23:59:00+01:00'),
    joined('2025-10-25T12:00:00+01:00'),
  ])
  assert.deepEqual(
    weeks.slice(-3).map(({ meetings, totalMs }) => [meetings, totalMs]),
    [
      [0, 0],
      [1, 60_000],
      [2, 120_000],
    ],
  )
  assert.equal(
    weeks.reduce((sum, { meetings }) => sum + meetings, 0),
    3,
  )
})
