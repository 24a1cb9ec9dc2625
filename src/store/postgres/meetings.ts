// Meetings with everyone who was in them, breakout rooms included: what attendance is reckoned from.
import type { AttendedStay } from '../../ledger/attendance.ts'
import type { AttendedMeeting, AttendanceQuery, Page, PageQuery } from '../store.ts'
import { numbered } from '../reads/page.ts'
import type { Ask } from './dialect.ts'
import { jidKey } from './key.ts'

type Row<T> = T & { id: number }

/** Later than every end. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Of a room m: itself, and the breakout rooms that were there during its time. */
const PARTS = `select m.id union all select b.id from rooms b where b.parent_jid = m.jid and b.kind = 'breakout'
  and b.created_at < coalesce(m.ended_at, ${NEVER}) and coalesce(b.ended_at, ${NEVER}) > m.created_at`

const MEETING = `m.id, m.session, m.jid, m.name, m.created_at as "createdAt", m.ended_at as "endedAt", m.inferred,
  (select count(*) from occupants where room in (${PARTS})) as stays`

/** Its role in the table is the last one; those before are in the log. */
const MODERATOR = `o.role = 'moderator'
  or exists (select from events where seq = o.id and data ->> 'role' = 'moderator')
  or exists (select from events where stay = o.id and type = 'occupant.updated' and data ->> 'role' = 'moderator')`

const ONE = `select ${MEETING} from rooms m where session = $1`
const OF_ROOM = `select ${MEETING} from rooms m where jid_key = $1 and id > $2 and created_at < $3
  and coalesce(ended_at, ${NEVER}) > $4 order by id limit $5`
// The numbers of a page first, from an index alone, then its rows.
const STAYS = `select o.id, o.jid, o.nick, o.email, o.user_id as "userId", o.joined_at as "joinedAt",
    o.left_at as "leftAt", o.inferred, case when ${MODERATOR} then 'moderator' else 'participant' end as role, breakout
  from (select s.id as stay, s.room <> m.id as breakout from rooms m join occupants s on s.room in (${PARTS})
    where m.session = $1 and s.id > $2 order by s.id limit $3) page
  join occupants o on o.id = stay order by o.id`

export function createMeetings(ask: Ask) {
  return {
    async meetings(query: PageQuery & AttendanceQuery): Promise<Page<AttendedMeeting>> {
      const { limit, cursor } = query
      const rows =
        'session' in query
          ? ask<Row<AttendedMeeting>>('meeting', ONE, [query.session])
          : ask<Row<AttendedMeeting>>('meetings', OF_ROOM, [
              jidKey(query.jid),
              cursor,
              query.to,
              query.from,
              limit + 1,
            ])
      return numbered(await rows, limit)
    },

    async attendedStays({
      session,
      cursor,
      limit,
    }: PageQuery & { session: string }): Promise<Page<AttendedStay>> {
      return numbered(await ask<Row<AttendedStay>>('attended', STAYS, [session, cursor, limit + 1]), limit)
    },
  }
}
