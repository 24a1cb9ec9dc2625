// The range that is looked at: chosen by its name or by two dates, zoomed, moved, and what it is compared with. Epoch ms;
// days are the viewer's.

export type Range = { from: number; to: number }
export const PRESETS = ['today', '7d', '30d', '12w', 'year'] as const
export type Preset = (typeof PRESETS)[number]
const USUAL: Preset = '7d'
export type Bucket = 'minute' | 'hour' | 'day'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** Up to this a chart shows minutes: a day, and what the clock may add to it. */
export const FINE = 26 * HOUR
/** The narrowest that can be zoomed to, and the widest that has a bucket for each day: the server gives 2,000. */
const [NARROWEST, WIDEST] = [10 * MINUTE, 1_990 * DAY]

export type View = Range & { preset: Preset | null }

/** What the address says; `preset` where it names one, or says nothing that can be read. */
export function viewIn(param: (name: string) => string, now: number): View {
  const from = instantIn(param('from'), 0)
  const to = instantIn(param('to'), 1)
  if (from !== null && to !== null && from < to) {
    // What is still to come is no part of it.
    return { from, to: from < now ? Math.min(to, now) : to, preset: null }
  }
  const preset = PRESETS.find((name) => name === param('range')) ?? USUAL
  return { from: firstDay(preset, now), to: now, preset }
}

/** A date is the beginning of that day, or of the one so many days later. */
function instantIn(text: string, later: number): number | null {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text)
  const time = isDate ? addDays(Date.parse(`${text}T00:00`), later) : Date.parse(text)
  return Number.isNaN(time) ? null : time
}

function firstDay(preset: Preset, now: number): number {
  const today = new Date(now).setHours(0, 0, 0, 0)
  if (preset === 'year') return new Date(new Date(now).getFullYear(), 0, 1).getTime()
  return addDays(today, { today: 0, '7d': -6, '30d': -29, '12w': -83 }[preset])
}

/** The same time of day, so many days later. */
function addDays(time: number, days: number): number {
  const moved = new Date(time)
  return moved.setDate(moved.getDate() + days)
}

/** As long as the range and right before it, but for whole days: so that mornings are compared with mornings. */
export function before({ from, to }: Range, preset: Preset | null): Range {
  if (preset === 'year') return { from: yearBefore(from), to: yearBefore(to) }
  // A day on which the clock is set is an hour longer.
  const days = Math.max(1, Math.ceil((to - from - HOUR) / DAY))
  return { from: addDays(from, -days), to: addDays(to, -days) }
}

function yearBefore(time: number): number {
  const moved = new Date(time)
  return moved.setFullYear(moved.getFullYear() - 1)
}

/** As fine as a chart can show: at most 2,000 of them. */
export function bucketOf({ from, to }: Range): Bucket {
  if (to - from <= FINE) return 'minute'
  return to - from <= 32 * DAY ? 'hour' : 'day'
}

/** `factor` 2 is twice as wide, around `center`. It does not reach beyond `now`. */
export function zoomed({ from, to }: Range, factor: number, center: number, now: number): Range {
  const width = Math.min(Math.max((to - from) * factor, NARROWEST), WIDEST)
  const share = (center - from) / (to - from)
  return moved({ from: center - share * width, to: center + (1 - share) * width }, 0, now)
}

/** `share` of its own width later. */
export function moved({ from, to }: Range, share: number, now: number): Range {
  const width = to - from
  const end = Math.min(to + share * width, now)
  const start = Math.max(end - width, 0)
  return whole({ from: start, to: start + width })
}

/** What was marked in a chart, wide enough to show something. */
export function marked({ from, to }: Range, now: number): Range {
  const center = (from + to) / 2
  const half = Math.max(to - from, NARROWEST) / 2
  return moved({ from: center - half, to: center + half }, 0, now)
}

function whole({ from, to }: Range): Range {
  const minute = (time: number) => Math.round(time / MINUTE) * MINUTE
  return { from: minute(from), to: minute(to) }
}

/** As the address holds an instant: to the minute. */
export function addressOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`
}

/** As a date field holds a day. */
export function dateOf(time: number): string {
  const offset = new Date(time).getTimezoneOffset() * MINUTE
  return new Date(time - offset).toISOString().slice(0, 10)
}
