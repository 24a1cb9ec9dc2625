// Times as the API writes them.

/** RFC 3339 in UTC with milliseconds; null stays null. */
export function rfc3339(time: number): string
export function rfc3339(time: number | null): string | null
export function rfc3339(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
