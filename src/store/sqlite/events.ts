// What is asked of the log: its end, and pages of it.
import { EVERYTHING, type EventPage, type EventQuery, type EventRecord } from '../store.ts'
import { eventPage, stretch } from '../stretch.ts'
import type { Db } from './open.ts'

/** A number where SQLite knows no boolean, and JSON. */
type EventRow = Omit<EventRecord, 'inferred' | 'data'> & { inferred: number; data: string }
type Asked = {
  after: number
  until: number
  limit: number
  room: number | null
  roomJid: string | null
  host: string | null
  types: string | null
}

export function createEventQueries(db: Db) {
  const last = db.prepare<[], number>('select coalesce(max(seq), 0) from events').pluck()
  const roomOf = db.prepare<[string], number>('select id from rooms where session = ?').pluck()
  const events = db.prepare<[Asked], EventRow>(
    `select seq, type, at, received_at as receivedAt, events.inferred, rooms.session, rooms.jid as roomJid, data
     from events join rooms on rooms.id = events.room
     where seq > :after and seq <= :until
     and (:room is null or events.room = :room)
     and (:types is null or type in (select value from json_each(:types)))
     and (:roomJid is null or rooms.jid = :roomJid)
     and (:host is null or rooms.host = :host)
     order by seq limit :limit`,
  )

  return {
    last: (): number => last.get() ?? 0,

    events({ limit, cursor, filter = EVERYTHING }: EventQuery): EventPage {
      const end = last.get() ?? 0
      const { session, roomJid, host, types } = filter
      // A room is numbered by the event that began it; where there is none yet, nothing fits so far.
      const room = session === null ? null : (roomOf.get(session) ?? end + 1)
      const part = stretch(cursor, end, room ?? 0)
      const { after, until } = part
      const asked = { room, roomJid, host, types: types && JSON.stringify(types) }
      const rows = events.all({ after, until, limit: limit + 1, ...asked })
      return eventPage(rows.map(toEvent), limit, part)
    },
  }
}

function toEvent({ inferred, data, ...rest }: EventRow): EventRecord {
  return { ...rest, inferred: inferred === 1, data: JSON.parse(data) as EventRecord['data'] }
}
