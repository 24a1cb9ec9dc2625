// What is asked of the tables: the read half of the store.
import type { Host } from '../../ledger/host.ts'
import type { OccupantRecord, Page, PageQuery, RoomRecord, RoomState } from '../store.ts'
import { createEventQueries } from './events.ts'
import { HOST } from './load.ts'

export type Ask = <Row>(name: string, text: string, values?: unknown[]) => Promise<Row[]>

const ROOM = `r.id, r.session, r.jid, r.host, r.name, r.kind, r.parent_jid as "parentJid",
  r.created_at as "createdAt", r.ended_at as "endedAt", r.end_reason as "endReason", r.inferred,
  (select count(*) from occupants where room = r.id and left_at is null) as occupants`

const WHERE = {
  live: 'r.ended_at is null and',
  ended: 'r.ended_at is not null and',
  all: '',
} satisfies Record<RoomState, string>

type Row<T> = T & { id: number }

export function createQueries(ask: Ask) {
  async function findRoom(session: string): Promise<Row<RoomRecord> | undefined> {
    const rows = await ask<Row<RoomRecord>>('room', `select ${ROOM} from rooms r where session = $1`, [
      session,
    ])
    return rows[0]
  }

  return {
    async rooms({ state, limit, cursor }: PageQuery & { state: RoomState }): Promise<Page<RoomRecord>> {
      const below = cursor === 0 ? Number.MAX_SAFE_INTEGER : cursor
      const sql = `select ${ROOM} from rooms r where ${WHERE[state]} r.id < $1 order by r.id desc limit $2`
      return numbered(await ask<Row<RoomRecord>>(`rooms ${state}`, sql, [below, limit + 1]), limit)
    },

    async room(session: string): Promise<RoomRecord | null> {
      const found = await findRoom(session)
      return found ? withoutId(found) : null
    },

    async occupants({
      session,
      limit,
      cursor,
    }: PageQuery & { session: string }): Promise<Page<OccupantRecord> | null> {
      const room = await findRoom(session)
      if (!room) return null
      const sql = `select id, jid, nick, role, email, avatar, user_agent as "userAgent", ip, user_id as "userId",
        joined_at as "joinedAt", left_at as "leftAt", leave_reason as "leaveReason", inferred
        from occupants where room = $1 and id > $2 order by id limit $3`
      return numbered(await ask<Row<OccupantRecord>>('occupants', sql, [room.id, cursor, limit + 1]), limit)
    },

    ...createEventQueries(ask),

    hosts: (): Promise<Host[]> => ask<Host>('hosts', `select ${HOST} from hosts order by name collate "C"`),
  }
}

function numbered<T>(rows: Row<T>[], limit: number): Page<T> {
  const { items, next } = page(rows, limit, ({ id }) => id)
  return { items: items.map(withoutId), next }
}

function withoutId<T>({ id: _id, ...rest }: Row<T>): T {
  return rest as unknown as T
}

/** One row more than the limit was asked for: it tells whether there is a next page. */
function page<T>(rows: T[], limit: number, cursor: (row: T) => number): Page<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit), next: last === undefined ? null : cursor(last) }
}
