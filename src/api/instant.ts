// An instant as a query names it.
import { parseInstant } from '../ingest/fields.ts'
import { InvalidInput } from '../ingest/invalid.ts'

/** The last instant of the year 9999, after which RFC 3339 has no words. */
const LAST = 253_402_300_799_999

/**
 * Epoch ms or RFC 3339 to epoch ms; null where it was not said. Throws InvalidInput for anything else; `name` is the
 * parameter's.
 */
export function queryInstant(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const instant = /^\d{1,15}$/.test(text) ? Number(text) : parseInstant(text)
  if (instant !== null && instant <= LAST) return instant
  throw new InvalidInput(`${name} must be epoch milliseconds or an RFC 3339 time`)
}
