// Which rooms a question about a kind means.
import { UNKNOWN_KIND } from '../../ledger/stats.ts'
import type { KindOrUnknown } from '../store.ts'
import { sql, type Sql } from './sql.ts'

/** Rooms `r` of this kind; of any where none is said. */
export function ofKind(kind: KindOrUnknown | null | undefined): Sql[] {
  if (kind === null || kind === undefined) return []
  return [kind === UNKNOWN_KIND ? sql`r.kind is null` : sql`r.kind = ${kind}`]
}
