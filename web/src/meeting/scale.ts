// The time axis of a meeting: where an instant lies on it, which instants are named, and how far one step goes.
import type { Interval } from '../../../src/ledger/intervals.ts'

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
]

/** So much of the axis stays free behind what goes on: it is seen to be open. */
const AHEAD = 0.025
/** Steps of the slider from one end to the other, about. */
const SLIDER_STEPS = 240

/** The time to show: all that is known of the meeting, in whole seconds. `live`: it goes on. */
export function scaleOf(times: Interval[], live: boolean): Interval {
  let [from, to] = [Infinity, -Infinity]
  for (const time of times) {
    if (time.from < from) from = time.from
    if (time.to > to) to = time.to
  }
  from = Math.floor(from / SECOND) * SECOND
  to = Math.max(from + SECOND, to)
  return { from, to: Math.ceil((live ? to + (to - from) * AHEAD : to) / SECOND) * SECOND }
}

/** 0 to 100. */
export function percentOf({ from, to }: Interval, time: number): number {
  return (Math.min(Math.max(time, from), to) - from) / ((to - from) / 100)
}

/** At most `most` instants at which the viewer's clock is round. */
export function ticksOf({ from, to }: Interval, most: number): number[] {
  const step = stepOf((to - from) / most)
  const ahead = -new Date(from).getTimezoneOffset() * MINUTE
  const ticks: number[] = []
  for (let tick = Math.ceil((from + ahead) / step) * step - ahead; tick <= to; tick += step) ticks.push(tick)
  return ticks
}

export function sliderStep({ from, to }: Interval): number {
  return stepOf((to - from) / SLIDER_STEPS)
}

function stepOf(atLeast: number): number {
  return STEPS.find((step) => step >= atLeast) ?? Math.ceil(atLeast / DAY) * DAY
}
