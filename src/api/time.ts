// Times as the API shows and reads them.
import Type from 'typebox'
import { parseInstant } from '../ingest/fields.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import type { Times } from '../store/store.ts'

const DAY = 86_400_000

/** RFC 3339 in UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time', pattern: 'Z$' })

/** Milliseconds, of what goes on until now. */
export const Duration = Type.Integer({ minimum: 0, description: 'Milliseconds; of what goes on, until now.' })

type TimesQuery = { [name in keyof Times]: string | undefined }

/** Throws InvalidInput for what is no time, for a world that is still to come, and where nothing lies between. */
export function timesOf({ at, from, to }: TimesQuery, now: number): Required<Times> {
  const times = { at: instantOf('at', at, now), from: instantOf('from', from), to: instantOf('to', to) }
  if (times.from !== null && times.to !== null && times.from >= times.to) {
    throw new InvalidInput('from must be before to')
  }
  return times
}

/** Without `to` until now, without `from` 24 hours. Throws InvalidInput for what is no time, and where nothing lies between. */
export function rangeOf(query: { from?: string; to?: string }, now: number): { from: number; to: number } {
  const to = instantOf('to', query.to) ?? now
  const from = instantOf('from', query.from) ?? Math.max(0, to - DAY)
  if (from >= to) throw new InvalidInput('from must be before to')
  return { from, to }
}

/** RFC 3339 has four digits for the year: the end of 9999, epoch ms. */
const LAST = 253_402_300_799_999

/** Epoch milliseconds or RFC 3339 to epoch ms, null where it was not said. With `now` it may not lie after it. */
export function instantOf(name: string, text: string | undefined, now = Infinity): number | null {
  if (text === undefined) return null
  // In a query string a plus sign that is not encoded is a space.
  const instant = /^\d{1,15}$/.test(text) ? Number(text) : parseInstant(text.replace(' ', '+'))
  if (instant === null || instant > LAST)
    throw new InvalidInput(`${name} must be epoch milliseconds or an RFC 3339 time`)
  if (instant > now) throw new InvalidInput(`${name} must not be in the future`)
  return instant
}
