// The weeks of a calendar, and what was in each.
import { bucketOf } from '../../../src/ledger/buckets.ts'

/** `from`: epoch ms. */
export type Week = { from: number; meetings: number; totalMs: number }

const WEEKS = 26

/** When each of the latest weeks began, on the viewer's clock, the oldest first; a week begins on Monday. */
export function latestWeeks(now: number): number[] {
  const monday = new Date(now)
  monday.setHours(0, 0, 0, 0)
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7))
  return Array.from({ length: WEEKS }, (_, index) =>
    new Date(monday).setDate(monday.getDate() - 7 * (WEEKS - 1 - index)),
  )
}

/** A meeting is in the week in which it was joined, with all of its time. What is older is left out. */
export function sumByWeek(starts: number[], meetings: { joinedAt: string; totalMs: number }[]): Week[] {
  const weeks = starts.map((from) => ({ from, meetings: 0, totalMs: 0 }))
  for (const { joinedAt, totalMs } of meetings) {
    const at = Date.parse(joinedAt)
    if (at < (starts[0] ?? 0)) continue
    const week = weeks[bucketOf(starts, at)] as Week
    week.meetings += 1
    week.totalMs += totalMs
  }
  return weeks
}
