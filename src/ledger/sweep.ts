// How many were there at once, and how much time they spent there: exact, between any two instants.

export type Swept = {
  /** At most at once, in each bucket. */
  peak: number[]
  /** The time of all of them together, in each bucket, ms. */
  sum: number[]
}

/**
 * `coming` and `going`: when one comes, and when one goes, each in ascending order; all are gone by `until`. A bucket goes
 * from its start to the next.
 */
export function sweep(coming: Float64Array, going: Float64Array, starts: number[], until: number): Swept {
  const swept: Swept = { peak: [], sum: [] }
  let [came, gone] = [0, 0]
  for (const [index, start] of starts.entries()) {
    const end = Math.max(start, Math.min(starts[index + 1] ?? until, until))
    // Those who leave as the bucket begins were in the one before.
    while (instantOf(going, gone) <= start) gone += 1
    let at = start
    let peak = came - gone
    let sum = 0
    for (;;) {
      const goes = instantOf(going, gone)
      const next = Math.min(instantOf(coming, came), goes)
      if (next >= end) break
      sum += (came - gone) * (next - at)
      at = next
      // Who comes as another goes was not there together with them.
      if (goes === next) gone += 1
      else came += 1
      peak = Math.max(peak, came - gone)
    }
    swept.sum.push(sum + (came - gone) * (end - at))
    swept.peak.push(peak)
  }
  return swept
}

/** Infinity behind the end. Always a number: what may be undefined becomes an object, 5 MB of them for a month of 74,000 stays. */
function instantOf(instants: Float64Array, place: number): number {
  return place < instants.length ? (instants[place] as number) : Infinity
}
