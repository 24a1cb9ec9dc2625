// Figures of a range of time. Rooms come page by page, so that neither memory nor the patience for one answer has to grow
// with the range.
import { createTally, type RoomSpan, type Stats } from '../../ledger/stats.ts'
import type { Key, StatsQuery } from '../store.ts'
import { ofKind } from './kind.ts'
import { createUnpacker, packedStays } from './packed.ts'
import { behind, orderBy, type Order } from './page.ts'
import { all, ask, raw, sql, type Dialect, type Sql, type Steps } from './sql.ts'
import { notBefore } from './time.ts'

/** Rooms in one answer. */
const PAGE = 500

const ROOM = raw(
  'r.id, r.session, r.name, r.jid, r.host, r.kind, r.created_at as "createdAt", r.ended_at as "endedAt"',
)
const ORDER: Order = { by: sql`r.created_at`, id: sql`r.id`, descending: false }

type Row = RoomSpan & { id: number; stays: string | null }

export function createStatsReads(dialect: Dialect) {
  /**
   * On PostgreSQL pages are no snapshot: who moves from one room to another meanwhile may be seen in both or in neither, for
   * as long as the question takes.
   */
  return {
    *stats(query: StatsQuery): Steps<Stats> {
      const tally = createTally(query)
      const unpack = createUnpacker((who, joinedAt, leftAt) => tally.stay(who, joinedAt, leftAt))
      const wanted = conditions(dialect, query)
      for (let after: Key | null = null; ;) {
        // One lower bound: an index takes only one, and not always the higher.
        const begin = after ? behind(ORDER, after) : [notBefore(dialect, query.from)]
        const rows: Row[] =
          yield* ask<Row>(sql`select ${ROOM}, ${packedStays(dialect, staysOf(query))} as stays from rooms r
          where ${all([...wanted, ...begin])} ${orderBy(ORDER)} limit ${PAGE}`)
        for (const row of rows) {
          const { stays } = row
          // The tally keeps the room: without its stays, and as it is, for a copy of each takes a tenth of the whole time.
          row.stays = null
          tally.room(row)
          if (stays !== null) unpack(stays)
        }
        const last = rows.at(-1)
        if (!last || rows.length < PAGE) return tally.stats()
        after = [last.createdAt, last.id]
      }
    },
  }
}

/** More than is asked for does no harm: the tally looks itself. */
function conditions(dialect: Dialect, { from, to, host, kind }: StatsQuery): Sql[] {
  return [
    sql`r.created_at < ${to} and (r.ended_at is null or r.ended_at >= ${from})`,
    ...(host === null ? [] : [dialect.host(host)]),
    ...ofKind(kind),
  ]
}

function staysOf({ from, to }: StatsQuery): Sql[] {
  return [sql`o.joined_at < ${to} and (o.left_at is null or o.left_at >= ${from})`]
}
