// Meetings with everyone who was in them, breakout rooms included: what attendance is reckoned from.
import type { AttendedStay } from '../../ledger/attendance.ts'
import type { AttendedMeeting, AttendanceQuery, Page, PageQuery } from '../store.ts'
import { numbered } from '../reads/page.ts'
import type { Db } from './open.ts'

/** Later than every end. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Of a room m: itself, and the breakout rooms that were there during its time. */
const PARTS = `select m.id union all select b.id from rooms b where b.parent_jid = m.jid and b.kind = 'breakout'
  and b.created_at < coalesce(m.ended_at, ${NEVER}) and coalesce(b.ended_at, ${NEVER}) > m.created_at`

const MEETING = `m.id, m.session, m.jid, m.name, m.created_at as createdAt, m.ended_at as endedAt, m.inferred,
  (select count(*) from occupants where room in (${PARTS})) as stays`

/** Its role in the table is the last one; those before are in the log. */
const MODERATOR = `o.role = 'moderator'
  or exists (select 1 from events where seq = o.id and data ->> 'role' = 'moderator')
  or exists (select 1 from events where stay = o.id and type = 'occupant.updated' and data ->> 'role' = 'moderator')`

type Flat<T> = Omit<T, 'inferred' | 'breakout'> & { inferred: number }
type Row<T> = Flat<T> & { id: number }
type Range = { jid: string; from: number; to: number }
type Limits = { cursor: number; limit: number }

export function createMeetings(db: Db) {
  const one = db.prepare<[string], Row<AttendedMeeting>>(`select ${MEETING} from rooms m where session = ?`)
  const ofRoom = db.prepare<Range & Limits, Row<AttendedMeeting>>(
    `select ${MEETING} from rooms m where jid = :jid and id > :cursor and created_at < :to
       and coalesce(ended_at, ${NEVER}) > :from order by id limit :limit`,
  )
  const room = db.prepare<[string], { room: number }>(`select id as room from rooms where session = ?`)
  // The numbers of a page first, from an index alone, then its rows.
  const stays = db.prepare<{ room: number } & Limits, Row<AttendedStay> & { breakout: number }>(
    `select o.id, o.jid, o.nick, o.email, o.user_id as userId, o.joined_at as joinedAt, o.left_at as leftAt, o.inferred,
       iif(${MODERATOR}, 'moderator', 'participant') as role, o.room <> :room as breakout
     from (select s.id as stay from rooms m join occupants s on s.room in (${PARTS})
       where m.id = :room and s.id > :cursor order by s.id limit :limit)
     join occupants o on o.id = stay order by o.id`,
  )

  return {
    meetings(query: PageQuery & AttendanceQuery): Page<AttendedMeeting> {
      const limit = query.limit + 1
      const rows = 'session' in query ? one.all(query.session) : ofRoom.all({ ...query, limit })
      const { items, next } = numbered(rows, query.limit)
      return { items: items.map((row) => ({ ...row, inferred: row.inferred === 1 })), next }
    },

    attendedStays({ session, cursor, limit }: PageQuery & { session: string }): Page<AttendedStay> {
      const found = room.get(session)
      const rows = found ? stays.all({ ...found, cursor, limit: limit + 1 }) : []
      const { items, next } = numbered(rows, limit)
      return { items: items.map(toStay), next }
    },
  }
}

function toStay({ inferred, breakout, ...row }: Flat<AttendedStay> & { breakout: number }): AttendedStay {
  return { ...row, inferred: inferred === 1, breakout: breakout === 1 }
}
