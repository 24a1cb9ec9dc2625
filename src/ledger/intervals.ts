// Spans of time, and how much time they cover together. Epoch ms; `from` belongs to a span, `to` no longer does.

export type Interval = { from: number; to: number }

/**
 * The same time in the fewest spans, in order. Two become one where they overlap or touch, or, with `gapMs`, where at
 * most that much lies between them: the gap is then part of the span.
 */
export function mergeIntervals(intervals: Interval[], gapMs = 0): Interval[] {
  const merged: Interval[] = []
  for (const { from, to } of inOrder(intervals)) {
    const last = merged.at(-1)
    if (last && from - last.to <= gapMs) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

function inOrder(intervals: Interval[]): Interval[] {
  return intervals.toSorted((one, other) => one.from - other.from)
}

/** How long they are in all, ms. Time in which several of them overlap counts once. */
export function totalOf(intervals: Interval[]): number {
  let [total, until] = [0, -Infinity]
  for (const { from, to } of inOrder(intervals)) {
    total += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return total
}

/** How many of them there are at once, at most. One that ends where another begins is not there with it; one may end never. */
export function peakOf(intervals: Interval[]): number {
  // As numbers, which sort faster than objects.
  const begins = new Float64Array(intervals.map(({ from }) => from)).sort()
  const ends = new Float64Array(intervals.map(({ to }) => to)).sort()
  let gone = 0
  let peak = 0
  for (const [index, begin] of begins.entries()) {
    while ((ends[gone] as number) <= begin) gone += 1
    peak = Math.max(peak, index + 1 - gone)
  }
  return peak
}

/** The part of it within `window`; null if they share no instant. A span of no length is an instant. */
export function clip({ from, to }: Interval, window: Interval): Interval | null {
  const meets = from === to ? from >= window.from && from < window.to : from < window.to && to > window.from
  return meets ? { from: Math.max(from, window.from), to: Math.min(to, window.to) } : null
}
