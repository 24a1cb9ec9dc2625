// What is asked of the tables: the read half of the store, on a connection that cannot write.
import type { OccupantRecord, Page, PageQuery, RoomRecord, RoomState } from '../store.ts'
import type { Host } from '../../ledger/host.ts'
import { createEventQueries } from './events.ts'
import { HOST, toHost, type HostRow } from './hosts.ts'
import type { Db } from './open.ts'

const ROOM = `id, session, jid, host, name, kind, parent_jid as parentJid, created_at as createdAt,
  ended_at as endedAt, end_reason as endReason, inferred,
  (select count(*) from occupants where room = rooms.id and left_at is null) as occupants`

const WHERE = {
  live: 'ended_at is null and',
  ended: 'ended_at is not null and',
  all: '',
} satisfies Record<RoomState, string>

/** As a row: with what orders it, and a number where SQLite knows no boolean. */
type Row<T> = Omit<T, 'inferred'> & { id: number; inferred: number }

export function createQueries(db: Db) {
  const roomLists = {
    live: roomList('live'),
    ended: roomList('ended'),
    all: roomList('all'),
  } satisfies Record<RoomState, unknown>

  function roomList(state: RoomState) {
    const newest = 'id < ? order by id desc limit ?'
    return db.prepare<[number, number], Row<RoomRecord>>(
      `select ${ROOM} from rooms where ${WHERE[state]} ${newest}`,
    )
  }

  const room = db.prepare<[string], Row<RoomRecord>>(`select ${ROOM} from rooms where session = ?`)
  const occupants = db.prepare<[number, number, number], Row<OccupantRecord>>(
    `select id, jid, nick, role, email, avatar, user_agent as userAgent, ip, user_id as userId,
     joined_at as joinedAt, left_at as leftAt, leave_reason as leaveReason, inferred
     from occupants where room = ? and id > ? order by id limit ?`,
  )

  const hosts = db.prepare<[], HostRow>(`select ${HOST} from hosts order by name`)

  return {
    rooms({ state, limit, cursor }: PageQuery & { state: RoomState }): Page<RoomRecord> {
      const below = cursor === 0 ? Number.MAX_SAFE_INTEGER : cursor
      return numbered(roomLists[state].all(below, limit + 1), limit)
    },

    room(session: string): RoomRecord | null {
      const found = room.get(session)
      return found ? (numbered([found], 1).items[0] ?? null) : null
    },

    occupants({ session, limit, cursor }: PageQuery & { session: string }): Page<OccupantRecord> | null {
      const found = room.get(session)
      return found ? numbered(occupants.all(found.id, cursor, limit + 1), limit) : null
    },

    ...createEventQueries(db),

    hosts: (): Host[] => hosts.all().map(toHost),

    ready(): void {
      room.get('')
    },
  }
}

function numbered<T extends { inferred: boolean }>(rows: Row<T>[], limit: number): Page<T> {
  const { items, next } = page(rows, limit, (row) => row.id)
  return { items: items.map(toRecord<T>), next }
}

function toRecord<T extends { inferred: boolean }>({ id: _id, inferred, ...rest }: Row<T>): T {
  return { ...rest, inferred: inferred === 1 } as unknown as T
}

/** One row more than the limit was asked for: it tells whether there is a next page. */
function page<T>(rows: T[], limit: number, cursor: (row: T) => number): Page<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit), next: last === undefined ? null : cursor(last) }
}
