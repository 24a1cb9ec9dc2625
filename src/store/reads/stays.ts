// Stays: of one room or across rooms, with what each of them said of itself.
import { stayAt } from '../../ledger/instant.ts'
import type { Key, KeyedPage, OccupantRecord, StaysQuery } from '../store.ts'
import { createHistories, type HistoryOf } from './history.ts'
import { ofKind } from './kind.ts'
import { pageOf } from './page.ts'
import { all, ask, raw, sql, type Dialect, type Sql, type Steps } from './sql.ts'
import { roomsThen, staysThen } from './time.ts'

const STAY = raw(`o.id, o.person, o.jid, o.nick, o.role, o.email, o.avatar, o.user_agent as "userAgent", o.ip,
  o.user_id as "userId", o.joined_at as "joinedAt", o.left_at as "leftAt", o.leave_reason as "leaveReason", o.inferred,
  o.room, r.created_at as "createdAt", r.session, r.jid as "roomJid", r.name as "roomName"`)

/** The newest room first, in it in order of joining: that is how the two indexes run, so no page is sorted. */
const ORDER = raw('order by r.created_at desc, r.id desc, o.joined_at, o.id')

type Row = Omit<OccupantRecord, 'history' | 'inferred'> & {
  room: number
  createdAt: number
  inferred: unknown
}

export function createStayReads(dialect: Dialect) {
  const histories = createHistories(dialect)

  function* stays(query: StaysQuery): Steps<KeyedPage<OccupantRecord>> {
    const { limit, after = null, at = null, person } = query
    // Cross: in this order. Of one person there are few stays, of everybody few in each room.
    const both =
      person === undefined ? sql`rooms r cross join occupants o` : sql`occupants o cross join rooms r`
    const wanted = all([sql`o.room = r.id`, ...conditions(dialect, query), ...behindStay(after)])
    const page = sql`from ${both} where ${wanted} ${ORDER} limit ${limit + 1}`
    // Of one person an index has what is looked at: with their ids first, a page of somebody with 725 stays takes half the time.
    const shown =
      person === undefined
        ? page
        : sql`from occupants o join rooms r on r.id = o.room where o.id in (select o.id ${page}) ${ORDER}`
    const rows = yield* ask<Row>(sql`select ${STAY} ${shown}`)
    const { items, next } = pageOf(rows, limit, ({ createdAt, room, joinedAt, id }): Key => {
      return [createdAt, room, joinedAt, id]
    })
    const historyOf = yield* histories(items, at)
    return { items: items.map((row) => recordOf(row, at, historyOf)), next }
  }

  /** Of one room; null if the session was never seen, or not by then. */
  function* occupants(
    query: Pick<StaysQuery, 'limit' | 'after' | 'at'> & { session: string },
  ): Steps<KeyedPage<OccupantRecord> | null> {
    const begun = query.at == null ? [] : [sql`r.created_at <= ${query.at}`]
    const room = sql`select r.id from rooms r where ${all([sql`r.session = ${query.session}`, ...begun])}`
    return (yield* ask(room)).length === 0 ? null : yield* stays({ state: 'all', ...query })
  }

  return { stays, occupants }
}

function recordOf(row: Row, at: number | null, historyOf: HistoryOf): OccupantRecord {
  const { room: _room, createdAt: _createdAt, inferred, ...stay } = row
  return { ...stayAt({ ...stay, inferred: Boolean(inferred) }, at), ...historyOf(row) }
}

function conditions(dialect: Dialect, query: StaysQuery): Sql[] {
  const { state, session, room, host, kind, parent, person, service } = query
  return [
    ...roomsThen(dialect, state === 'live' ? 'live' : 'all', query),
    ...staysThen(state, query),
    ...(session === undefined ? [] : [sql`r.session = ${session}`]),
    ...(room === undefined ? [] : [dialect.roomJid(room)]),
    ...(host === undefined ? [] : [dialect.host(host)]),
    ...ofKind(kind),
    ...(parent === undefined ? [] : [sql`r.parent_jid = ${parent}`]),
    ...(person === undefined ? [] : [sql`o.person = ${person}`]),
    ...(service === undefined ? [] : [service ? sql`o.person is null` : sql`o.person is not null`]),
  ]
}

function behindStay(after: Key | null): Sql[] {
  if (!after) return []
  const [createdAt, room, joinedAt, id] = after as [number, number, number, number]
  const inRoom = sql`r.id = ${room} and (o.joined_at > ${joinedAt} or (o.joined_at = ${joinedAt} and o.id > ${id}))`
  return [
    sql`r.created_at <= ${createdAt} and (r.created_at < ${createdAt} or r.id < ${room} or (${inRoom}))`,
  ]
}
