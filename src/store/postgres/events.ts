// What is asked of the log: its end, and pages of it.
import { EVERYTHING, type EventPage, type EventQuery, type EventRecord } from '../store.ts'
import { eventPage, stretch } from '../stretch.ts'
import type { Ask } from './dialect.ts'

const END = `select coalesce(max(seq), 0) as last, (select id from rooms where session = $1) as room from events`

/** Or all rooms are read and hashed for the sake of one page: 100 ms with 50,000 of them, instead of 12. */
const FENCE = 'offset 0'

export function createEventQueries(ask: Ask) {
  async function end(session: string | null): Promise<{ last: number; room: number | null }> {
    const [found] = await ask<{ last: number; room: number | null }>('end', END, [session])
    return found ?? { last: 0, room: null }
  }

  return {
    last: async (): Promise<number> => (await end(null)).last,

    async events({ limit, cursor, filter = EVERYTHING }: EventQuery): Promise<EventPage> {
      const { session, roomJid, host, types } = filter
      const found = await end(session)
      // A room is numbered by the event that began it; where there is none yet, nothing fits so far.
      const room = session === null ? null : (found.room ?? found.last + 1)
      const part = stretch(cursor, found.last, room ?? 0)
      const sql = `select seq, type, at, received_at as "receivedAt", e.inferred, r.session, r.jid as "roomJid", data
        from events e
        cross join lateral (select session, jid, host from rooms where id = e.room ${FENCE}) r
        where seq > $1 and seq <= $2
        and ($4::bigint is null or e.room = $4)
        and ($5::text[] is null or type = any($5))
        and ($6::text is null or r.jid = $6)
        and ($7::text is null or r.host = $7)
        order by seq limit $3`
      const asked = [part.after, part.until, limit + 1, room, types, roomJid, host]
      return eventPage(await ask<EventRecord>('events', sql, asked), limit, part)
    },
  }
}
