// Where minutes, hours and days begin on the clock of a time zone, daylight saving included.

export type Bucket = 'minute' | 'hour' | 'day'

/** What a bucket is long, ms: but for those in which the zone's clock is set. */
export const LENGTH = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } satisfies Record<Bucket, number>

/** From this instant on the zone's clock is ahead of UTC by `offset`, both ms. */
export type Stretch = { from: number; offset: number }

/** No zone has set its clock twice within a day. */
const STEP = LENGTH.day

/**
 * The stretches of unchanged offset in [from, to), in order; the first begins at `from`. About 2 µs for each day.
 * Throws RangeError if there is no such zone.
 */
export function stretchesOf(tz: string, from: number, to: number): Stretch[] {
  const offsetAt = createOffsets(tz)
  const stretches = [{ from, offset: offsetAt(from) }]
  for (let before = from; before < to; before += STEP) {
    const after = Math.min(before + STEP, to)
    const offset = offsetAt(after - 1)
    if (offset === stretches.at(-1)?.offset) continue
    stretches.push({ from: firstWith(offset, offsetAt, before - 1, after - 1), offset })
  }
  return stretches
}

/** The first instant after `before` with this offset, which `after` has. */
function firstWith(
  offset: number,
  offsetAt: (instant: number) => number,
  before: number,
  after: number,
): number {
  let [low, high] = [before, after]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === offset) high = middle
    else low = middle
  }
  return high
}

/** The way of Intl: `11/22/2026, GMT+05:30`, `GMT` alone where it is UTC, seconds for days long past. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

function createOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return (instant) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(format.format(instant)) ?? []
    const ahead = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000
    return sign === '-' ? -ahead : ahead
  }
}

/**
 * The first instant of each bucket in [stretches[0].from, to); the first of all is the start of the range itself.
 * A day begins with the first instant of its date, which need not be midnight; it has 23 to 25 hours. A minute or an
 * hour begins where the zone's clock shows a full one, and wherever that clock is set: the hour that a clock repeats is
 * two buckets, and where it is set by half an hour one bucket has half an hour.
 */
export function bucketStarts(bucket: Bucket, stretches: Stretch[], to: number): number[] {
  const length = LENGTH[bucket]
  const starts: number[] = []
  let last = -Infinity
  for (const [index, { from, offset }] of stretches.entries()) {
    const end = stretches[index + 1]?.from ?? to
    // By the zone's clock.
    for (let local = floor(from + offset, length); local - offset < end; local += length) {
      if (bucket === 'day' && local <= last) continue
      starts.push(Math.max(local - offset, from))
      last = local
    }
  }
  return starts
}

/**
 * The bucket that holds this instant, by its place in `starts`; 0 for what is earlier. Looked for where it were if all were
 * equally long, which nearly all are: about 5 ns.
 */
export function bucketOf(starts: number[], instant: number): number {
  const first = starts[0] as number
  const last = starts.length - 1
  const share = (instant - first) / ((starts[last] as number) - first)
  let bucket = instant <= first || last === 0 ? 0 : Math.min(last, Math.floor(share * last))
  while (bucket > 0 && (starts[bucket] as number) > instant) bucket -= 1
  while (bucket < last && (starts[bucket + 1] as number) <= instant) bucket += 1
  return bucket
}

/** Monday is 0; the epoch began on a Thursday. `hour`: what the zone's clock shows. */
export function weekHour(stretches: Stretch[], instant: number): { weekday: number; hour: number } {
  const { offset } = stretches.findLast(({ from }) => from <= instant) ?? { offset: 0 }
  const local = instant + offset
  const weekday = (((Math.floor(local / LENGTH.day) + 3) % 7) + 7) % 7
  return { weekday, hour: Math.floor((local - floor(local, LENGTH.day)) / LENGTH.hour) }
}

function floor(time: number, length: number): number {
  return Math.floor(time / length) * length
}
