// Rebuilds the tables from the event log alone, apart from the code that wrote them, and compares.
import { isDeepStrictEqual } from 'node:util'
import type Database from 'better-sqlite3'

type Logged = { seq: number; type: string; at: number; room: number; stay: number | null; data: string }
type Row = Record<string, unknown>

const ROOM = 'id, session, jid, name, kind, parent_jid, created_at, ended_at, end_reason'
const STAY = `id, room, jid, nick, role, email, avatar, user_agent, ip, user_id, joined_at, left_at, leave_reason`

/** What differs, in words; empty where the tables are what the log says. */
export function tablesMatchLog(db: Database.Database): string[] {
  const { rooms, stays } = fold(db)
  const read = (columns: string, table: string) =>
    db.prepare<[], Row>(`select ${columns} from ${table} order by id`).all()
  return [
    ...differences('rooms', read(ROOM, 'rooms'), [...rooms.values()]),
    ...differences('occupants', read(STAY, 'occupants'), [...stays.values()]),
  ]
}

function fold(db: Database.Database): { rooms: Map<number, Row>; stays: Map<number, Row> } {
  const rooms = new Map<number, Row>()
  const stays = new Map<number, Row>()
  const log = db.prepare<[], Logged>('select seq, type, at, room, stay, data from events order by seq')
  for (const { seq, type, at, room, stay, data } of log.iterate()) {
    const said = JSON.parse(data) as Row
    if (type === 'room.created') {
      const { session, jid, name, kind, parentJid } = said
      const fresh = { ended_at: null, end_reason: null }
      rooms.set(seq, { id: seq, session, jid, name, kind, parent_jid: parentJid, created_at: at, ...fresh })
    } else if (type === 'occupant.joined') {
      const { jid, nick, role, email, avatar, userAgent, ip, userId } = said
      const who = { jid, nick, role, email, avatar, user_agent: userAgent, ip, user_id: userId }
      stays.set(seq, { id: seq, room, ...who, joined_at: at, left_at: null, leave_reason: null })
    } else if (type === 'room.ended') {
      Object.assign(rooms.get(room) ?? {}, { ended_at: at, end_reason: said['reason'] })
    } else if (type === 'occupant.left') {
      Object.assign(stays.get(stay ?? 0) ?? {}, { left_at: at, leave_reason: said['reason'] })
    } else if (type === 'occupant.updated') {
      Object.assign(stays.get(stay ?? 0) ?? {}, said)
    }
  }
  return { rooms, stays }
}

function differences(table: string, actual: Row[], expected: Row[]): string[] {
  const wrong = actual.findIndex((row, index) => !isDeepStrictEqual({ ...row }, expected[index]))
  if (actual.length === expected.length && wrong === -1) return []
  const example =
    wrong === -1 ? '' : `: ${JSON.stringify(actual[wrong])}, not ${JSON.stringify(expected[wrong])}`
  return [`${table}: ${actual.length} rows, ${expected.length} by the log${example}`]
}
