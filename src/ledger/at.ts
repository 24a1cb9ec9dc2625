// When something happened, by the sender's word.

/** A sender's clock may be ahead by this much, in ms; beyond it, `at` counts as the time of arrival. */
const CLOCK_AHEAD = 60_000

/** Null where there is no word, or it lies too far in the future to be believed. */
export function reported(at: number | null, now: number): number | null {
  return at === null || at > now + CLOCK_AHEAD ? null : at
}
