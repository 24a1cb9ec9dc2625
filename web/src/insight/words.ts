// Times and shares as Insight writes them.
import { DAY, HOUR } from './range.ts'

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const minute = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** The viewer's zone, as the server takes it. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** A bucket: the day, or the day with its minutes or hours. */
export function bucketSpan(from: number, to: number): string {
  return to - from > 12 * HOUR ? weekday.format(from) : minute.formatRange(from, to)
}

/** Days; with hours where it is no more than one. */
export function rangeSpan(from: number, to: number): string {
  return to - from > DAY ? day.formatRange(from, to - 1) : minute.formatRange(from, to)
}

/** As a spreadsheet reads it: `2026-11-22 09:00`, in the viewer's zone. */
export function cellOf(time: number): string {
  const offset = new Date(time).getTimezoneOffset() * 60_000
  return utcCellOf(time - offset)
}

export function utcCellOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ')
}

export function percent(share: number): string {
  return `${share > 0 && share < 0.005 ? '<1' : Math.round(share * 100)}%`
}

/** Of people together: with a tenth while it is little. */
export function hoursOf(ms: number): string {
  const hours = ms / HOUR
  return `${(hours < 10 ? Math.round(hours * 10) / 10 : Math.round(hours)).toLocaleString('en')} h`
}

/** With a tenth, where it has one. */
export function countOf(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: 1 })
}

export function minutesOf(ms: number): number {
  return Math.round(ms / 600) / 100
}
