// What all the stays of one person come to.
import { totalOf } from './intervals.ts'

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
  const ends = stays.map(({ joinedAt, leftAt }) => leftAt ?? Math.max(now, joinedAt))
  return {
    meetings: new Set(stays.map(({ room }) => room)).size,
    stays: stays.length,
    totalMs: totalOf(stays.map(({ joinedAt }, index) => ({ from: joinedAt, to: ends[index] ?? joinedAt }))),
    firstSeen: stays.reduce((first, { joinedAt }) => Math.min(first, joinedAt), Infinity),
    lastSeen: ends.reduce((last, end) => Math.max(last, end), 0),
    live: stays.some(({ leftAt }) => leftAt === null),
  }
}
