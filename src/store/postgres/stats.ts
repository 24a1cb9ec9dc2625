// Figures of a range of time. Rows come page by page, so that neither memory nor the patience for one answer has to
// grow with the range.
import { createTally, UNKNOWN_KIND, type RoomSpan, type Stats, type StaySpans } from '../../ledger/stats.ts'
import type { StatsQuery } from '../store.ts'
import type { Ask } from './dialect.ts'

/** Rooms in one answer. */
const PAGE = 1_000

/**
 * A row for each room, in the order of creation, its stays packed into one value. More than is asked for does no harm:
 * the tally looks itself.
 */
const SPANS = `select id, session, name, jid, host, kind, created_at as "createdAt", ended_at as "endedAt", (
    select json_build_object('joinedAt', coalesce(json_agg(joined_at), '[]'),
      'leftAt', coalesce(json_agg(left_at), '[]'), 'person', coalesce(json_agg(person), '[]'))
    from occupants where room = r.id and joined_at < $2 and (left_at is null or left_at >= $1)) as stays
  from rooms r where created_at < $2 and (ended_at is null or ended_at >= $1)
    and ($3::text is null or host = $3) and ($4::text is null or coalesce(kind, '${UNKNOWN_KIND}') = $4)
    and created_at >= $5 and (created_at > $5 or id > $6)
  order by created_at, id limit ${PAGE}`

type Row = RoomSpan & { id: number; stays: StaySpans }

export function createStats(ask: Ask) {
  return {
    /**
     * Pages are no snapshot: who moves from one room to another meanwhile may be seen in both or in neither, for as long
     * as the question takes.
     */
    async stats(query: StatsQuery): Promise<Stats> {
      const { from, to, host, kind } = query
      const tally = createTally(query)
      let after = { createdAt: 0, id: 0 }
      for (;;) {
        const values = [from, to, host, kind, after.createdAt, after.id]
        const rows = await ask<Row>('stats', SPANS, values)
        for (const { id: _id, stays, ...room } of rows) tally.add(room, stays)
        if (rows.length < PAGE) return tally.stats()
        after = rows.at(-1) as Row
      }
    },
  }
}
