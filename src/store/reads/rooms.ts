// Rooms, and how many were in them.
import { crowdOf, type Crowd, type Presence } from '../../ledger/presence.ts'
import { roomAt } from '../../ledger/instant.ts'
import type { Key, KeyedPage, RoomRecord, RoomSort, RoomsQuery } from '../store.ts'
import { ofKind } from './kind.ts'
import { createUnpacker, packedStays } from './packed.ts'
import { behind, orderBy, pageOf, type Order } from './page.ts'
import { all, ask, raw, sql, type Dialect, type Sql, type Steps } from './sql.ts'
import { withText } from './text.ts'
import { ENDS, NEVER, notBefore, roomsThen } from './time.ts'

const ROOM = raw(`r.id, r.session, r.jid, r.host, r.name, r.kind, r.parent_jid as "parentJid",
  r.created_at as "createdAt", r.ended_at as "endedAt", r.end_reason as "endReason", r.inferred`)

type Row = Omit<RoomRecord, 'occupants' | 'people' | 'peak' | 'inferred'> & { id: number; inferred: unknown }
type Sorted = Row & { sortedBy: string | number }

/** Part of a list: the rooms in it and what they are sorted by. */
type Part = { where: Sql[]; by: Sql }

export function createRoomReads(dialect: Dialect) {
  const texts = { text: sql`r.search`, key: sql`r.id`, having: dialect.roomsWith }

  function* rooms(query: RoomsQuery): Steps<KeyedPage<RoomRecord>> {
    const { limit, after = null, at = null, descending = true, sort = 'created' } = query
    const asOf = Number(after?.[2] ?? at ?? query.now ?? 0)
    const found: Sorted[] = []
    const where = [...conditions(dialect, query, asOf), ...(yield* withText(dialect, query.q, texts))]
    for (const part of partsOf(dialect, query, sort, asOf)) {
      const order: Order = { by: part.by, id: sql`r.id`, descending }
      const wanted = all([...where, ...part.where, ...behind(order, after)])
      found.push(
        ...(yield* ask<Sorted>(sql`select ${ROOM}, ${part.by} as "sortedBy" from rooms r
          where ${wanted} ${orderBy(order)} limit ${limit + 1}`)),
      )
    }
    const sign = descending ? -1 : 1
    // One part comes sorted, and two are sorted by numbers.
    if (isSplit(sort))
      found.sort((one, other) => sign * (Number(one.sortedBy) - Number(other.sortedBy) || one.id - other.id))
    const { items, next } = pageOf(found, limit, (row): Key => keyOf(row, sort, asOf))
    return { items: yield* counted(items, at), next }
  }

  function* room(session: string, at: number | null = null): Steps<RoomRecord | null> {
    const begun = at === null ? [] : [sql`r.created_at <= ${at}`]
    const rows = yield* ask<Row>(
      sql`select ${ROOM} from rooms r where ${all([sql`r.session = ${session}`, ...begun])}`,
    )
    return (yield* counted(rows, at))[0] ?? null
  }

  /** A page of 100 rooms costs one lookup a room, and 0.4 µs a stay. */
  function* counted(rows: Row[], at: number | null): Steps<RoomRecord[]> {
    const among = dialect.among(
      sql`r.id`,
      rows.map(({ id }) => id),
    )
    const packed = yield* ask<{ id: number; stays: string | null }>(
      sql`select r.id, ${packedStays(dialect)} as stays from rooms r where ${among}`,
    )
    let stays: Presence[] = []
    const unpack = createUnpacker((person, joinedAt, leftAt) => stays.push({ person, joinedAt, leftAt }))
    const crowds = new Map<number, Crowd>()
    for (const row of packed) {
      stays = []
      if (row.stays !== null) unpack(row.stays)
      crowds.set(row.id, crowdOf(stays, at))
    }
    return rows.map((row) => recordOf(row, crowds.get(row.id) ?? crowdOf([]), at))
  }

  return { rooms, room }
}

function recordOf(row: Row, crowd: Crowd, at: number | null): RoomRecord {
  const { session, jid, host, name, kind, parentJid, createdAt, endedAt, endReason } = row
  const room = { session, jid, host, name, kind, parentJid, createdAt, endedAt, endReason }
  return { ...roomAt({ ...room, inferred: Boolean(row.inferred) }, at), ...crowd }
}

function conditions(dialect: Dialect, query: RoomsQuery, asOf: number): Sql[] {
  const { state, host, kind, parent, person, minDuration, at = null } = query
  const begun = at === null ? sql`` : sql` and joined_at <= ${at}`
  return [
    ...roomsThen(dialect, state, query),
    ...(host === undefined ? [] : [dialect.host(host)]),
    ...ofKind(kind),
    ...(parent === undefined ? [] : [sql`r.parent_jid = ${parent}`]),
    // From the index that the list is read from.
    ...(minDuration === undefined
      ? []
      : [sql`${dialect.least(ENDS, sql`${asOf}`)} - r.created_at >= ${minDuration}`]),
    ...(person === undefined
      ? []
      : [sql`r.id in (select room from occupants where person = ${person}${begun})`]),
  ]
}

/**
 * What is live when the first page is asked for counts as live on all of them, whatever ends meanwhile: so it keeps
 * its place among those that are sorted by end or duration. Each of the two parts has an index of its own.
 */
function partsOf(dialect: Dialect, { state, at = null }: RoomsQuery, sort: RoomSort, asOf: number): Part[] {
  const live = [sql`${ENDS} > ${asOf}`, ...(at === null ? [] : [notBefore(dialect, at)])]
  // Of live rooms none has ended, which an index would be gone through for.
  const over = (part: Part) => (state === 'live' && at === null ? [] : [part])
  switch (sort) {
    case 'created':
      return [{ where: [], by: sql`r.created_at` }]
    case 'name':
      return [{ where: [], by: dialect.start(sql`r.search`) }]
    case 'ended':
      return [
        ...over({ where: [sql`${ENDS} <= ${asOf}`], by: ENDS }),
        { where: live, by: raw(`${NEVER} + 0 * r.id`) },
      ]
    case 'duration':
      return [
        ...over({
          where: [sql`r.ended_at is not null`, sql`r.ended_at <= ${asOf}`],
          by: sql`r.ended_at - r.created_at`,
        }),
        { where: live, by: sql`${asOf} - r.created_at` },
      ]
  }
}

function isSplit(sort: RoomSort): boolean {
  return sort === 'ended' || sort === 'duration'
}

function keyOf({ sortedBy, id }: Sorted, sort: RoomSort, asOf: number): Key {
  return isSplit(sort) ? [sortedBy, id, asOf] : [sortedBy, id]
}
