// How many meetings were short, and how many long.
import { bucketOf } from './buckets.ts'

/** `atLeast`: ms, of a meeting in this group; less than in the next one. */
export type Length = { atLeast: number; rooms: number }

const MINUTE = 60_000
/** As one speaks of meetings: moments, minutes, quarters of an hour, hours. */
const LENGTHS = [0, 1, 5, 15, 30, 45, 60, 90, 120, 180, 240, 480].map((minutes) => minutes * MINUTE)

/** Every group, the shortest first, also those that nothing is in. */
export function lengthsOf(durations: number[]): Length[] {
  const lengths = LENGTHS.map((atLeast) => ({ atLeast, rooms: 0 }))
  for (const duration of durations) (lengths[bucketOf(LENGTHS, duration)] as Length).rooms += 1
  return lengths
}
