// The histories of a page of stays, out of the log.
import { historyOf, joinedAs, namesAfter, type Names, type Said } from '../../ledger/history.ts'
import { ask, raw, sql, type Dialect, type Steps } from './sql.ts'

type Stay = Names & { id: number; joinedAt: number }
type Update = { seq: number; stay: number; at: number; data: unknown }
type Joined = { stay: number; data: unknown }

/** The names of a stay then, and all it had said by then. */
export type HistoryOf = (stay: Stay) => Names & { history: Said[] }

export function createHistories({ among, json }: Dialect) {
  /** `at`: epoch ms, null for all of it. Most stays change nothing, and then their row says what they joined as. */
  return function* (stays: Stay[], at: number | null): Steps<HistoryOf> {
    const ids = stays.map(({ id }) => id)
    const updates = yield* ask<Update>(sql`select seq, stay, at, data from events
      where ${raw("type = 'occupant.updated'")} and ${among(sql`stay`, ids)}`)
    const byStay = Map.groupBy(
      updates.toSorted((one, other) => one.seq - other.seq),
      ({ stay }) => stay,
    )
    const changed = [...byStay.keys()]
    const joinings =
      changed.length === 0
        ? []
        : yield* ask<Joined>(sql`select seq as stay, data from events where ${among(sql`seq`, changed)}`)
    const joined = new Map(joinings.map(({ stay, data }) => [stay, json(data) as Names]))

    return (stay) => {
      const { nick, role, email } = joined.get(stay.id) ?? stay
      const first = { nick, role, email }
      const later = (byStay.get(stay.id) ?? []).map((update) => saidIn(update, json))
      const history = historyOf([joinedAs(first, stay.joinedAt), ...later], at ?? Infinity)
      return { ...namesAfter(history, first), history }
    }
  }
}

function saidIn({ at, data }: Update, json: Dialect['json']): Said {
  const { jid: _jid, ...changes } = json(data)
  return { at, ...(changes as Omit<Said, 'at'>) }
}
