// Which part of the log a page of events looks at, and what that says about the page after it.
import type { EventPage, EventRecord } from './store.ts'

/**
 * How many events a page looks at, at most, to find those that fit its filter: 10,000 take SQLite 2 to 6 ms and
 * PostgreSQL 6 to 40 ms, so that no page holds up those that wait behind it for long.
 */
const STRETCH = 10_000

/** What lies after the first seq, up to and including the second. */
export type Stretch = { after: number; until: number; last: number }

/** `last`: the end of the log. `began`: nothing that fits comes before this seq. */
export function stretch(cursor: number, last: number, began = 0): Stretch {
  // Who claims to have seen more is told where the log ends: that of a backup or of a failover can be shorter.
  const after = Math.max(Math.min(cursor, last), Math.min(began - 1, last))
  return { after, until: Math.max(after, Math.min(after + STRETCH, last)), last }
}

/** One row more than the limit was asked for: it tells whether the limit or the stretch ended the page. */
export function eventPage(rows: EventRecord[], limit: number, { until, last }: Stretch): EventPage {
  const items = rows.slice(0, limit)
  const through = rows.length > limit ? (items.at(-1)?.seq ?? until) : until
  return { items, next: through < last ? through : null, through }
}
