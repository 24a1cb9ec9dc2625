// Spans of time: what overlaps counts once.

/** From `from` up to, and without, `to`; epoch ms. */
export type Interval = { from: number; to: number }

/** The same time in as few intervals as possible, in order; those at most `gapMs` apart become one. */
export function mergeIntervals(intervals: Interval[], gapMs = 0): Interval[] {
  const merged: Interval[] = []
  for (const { from, to } of intervals.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last && from <= last.to + gapMs) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

/** How long it was in all, ms; what overlaps counts once. */
export function totalOf(intervals: Interval[]): number {
  return mergeIntervals(intervals).reduce((sum, { from, to }) => sum + to - from, 0)
}
