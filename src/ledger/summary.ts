// What all the stays of one person come to.
import { totalOf, type Interval } from './intervals.ts'

/** Epoch ms; `leftAt` null: it goes on. */
export type Time = { room: number; joinedAt: number; leftAt: number | null }

export type Summary = {
  /** Different rooms. */
  meetings: number
  stays: number
  /** Stays that overlap, on two devices or in two rooms, count once. */
  totalMs: number
  firstSeen: number
  /** Now, for who is in a meeting. */
  lastSeen: number
  /** Whether they are in a meeting now. */
  live: boolean
}

export function summaryOf(stays: Time[], now: number): Summary {
  const rooms = new Set<number>()
  const spans: Interval[] = []
  const summary = { firstSeen: Infinity, lastSeen: 0, live: false }
  // One loop: a page of people has thousands of stays.
  for (const { room, joinedAt, leftAt } of stays) {
    const end = leftAt ?? Math.max(now, joinedAt)
    rooms.add(room)
    spans.push({ from: joinedAt, to: end })
    summary.firstSeen = Math.min(summary.firstSeen, joinedAt)
    summary.lastSeen = Math.max(summary.lastSeen, end)
    if (leftAt === null) summary.live = true
  }
  return { meetings: rooms.size, stays: stays.length, totalMs: totalOf(spans), ...summary }
}
