// Wall clocks: what a clock in a time zone shows, as epoch ms of the same reading in UTC.

export type Zone = {
  /** As it was given: Europe/Berlin. */
  name: string
  /** What the clock shows at this instant, to the second. */
  clock(instant: number): number
  /** The instant at which the clock shows this; where it shows it twice, the first, where never, an hour later. */
  instant(clock: number): number
}

/** Throws RangeError if there is no such zone. */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  // Asking Intl takes some 10 µs, and a large report has 100,000 times.
  const offsets = new Map<number, number>()

  function clock(instant: number): number {
    const slot = Math.floor(instant / SLOT) * SLOT
    const known = offsets.get(slot)
    const offset = known ?? read(slot) - slot
    if (known === undefined) offsets.set(slot, offset)
    return Math.floor((instant + offset) / SECOND) * SECOND
  }

  function read(instant: number): number {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const { year, month, day, hour, minute, second } = parts
    return Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    )
  }

  return {
    name,
    clock,
    instant(shown) {
      // The zone's offset a day before and a day after: between them lies every change of the clocks.
      const before = shown - (clock(shown - DAY) - (shown - DAY))
      const after = shown - (clock(shown + DAY) - (shown + DAY))
      return clock(before) === shown ? before : clock(after) === shown ? after : before
    },
  }
}

const SECOND = 1_000
/** Clocks are set at a full quarter of an hour. */
const SLOT = 15 * 60 * SECOND
const DAY = 24 * 60 * 60 * 1_000

/** `2026-11-22 09:00:00` */
export function clockText(clock: number): string {
  return new Date(clock).toISOString().slice(0, 19).replace('T', ' ')
}
