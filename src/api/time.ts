// Times as the API shows them.
import Type from 'typebox'

/** RFC 3339 in UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time', pattern: 'Z$' })

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function rfc3339(time: number): string
export function rfc3339(time: number | null): string | null
export function rfc3339(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
