// What happened: the entries of the event log, from which every table can be rebuilt.
import type { Changes, Kind, Profile } from './command.ts'

/**
 * A room and a stay are known inside the ledger by the `seq` of the event that began them: that number is
 * given once, never again, and needs no second counter.
 */
export type RoomId = number
export type StayId = number

/** `at`: when it happened, epoch ms. `inferred`: concluded by the ledger, not reported. */
type Happened = { at: number; inferred: boolean }

export type RoomCreated = Happened & {
  type: 'room.created'
  session: string
  jid: string
  name: string
  kind: Kind | null
  parentJid: string | null
}

export type RoomEnded = Happened & { type: 'room.ended'; room: RoomId; reason: string | null }

export type OccupantJoined = Happened & Profile & { type: 'occupant.joined'; room: RoomId; jid: string }

/** Carries only what changed. */
export type OccupantUpdated = Happened & {
  type: 'occupant.updated'
  room: RoomId
  stay: StayId
  jid: string
  changes: Partial<{ [field in keyof Changes]: NonNullable<Changes[field]> }>
}

export type OccupantLeft = Happened & {
  type: 'occupant.left'
  room: RoomId
  stay: StayId
  jid: string
  reason: string | null
}

/** When it began, and with that its session, was concluded, and is told now or was still earlier. */
export type RoomIdentified = Happened & {
  type: 'room.identified'
  room: RoomId
  session: string
  /** The session that it had before. */
  formerSession: string
}

/** A stay was in another meeting than was thought: in `room`. */
export type OccupantMoved = Happened & {
  type: 'occupant.moved'
  room: RoomId
  stay: StayId
  jid: string
}

/** The end that was concluded is replaced by the true one; null: it is taken back, the room is live. */
export type RoomCorrected = Happened & {
  type: 'room.corrected'
  room: RoomId
  endedAt: number | null
  reason: string | null
}

/** The same for a stay. */
export type OccupantCorrected = Happened & {
  type: 'occupant.corrected'
  room: RoomId
  stay: StayId
  jid: string
  leftAt: number | null
  reason: string | null
}

export type LedgerEvent =
  | RoomCreated
  | RoomEnded
  | RoomIdentified
  | RoomCorrected
  | OccupantJoined
  | OccupantUpdated
  | OccupantLeft
  | OccupantCorrected
  | OccupantMoved
export type EventType = LedgerEvent['type']

export const EVENT_TYPES = Object.keys({
  'room.created': true,
  'room.ended': true,
  'room.corrected': true,
  'room.identified': true,
  'occupant.joined': true,
  'occupant.updated': true,
  'occupant.left': true,
  'occupant.corrected': true,
  'occupant.moved': true,
} satisfies Record<EventType, true>) as EventType[]

/** As it stands in the log: `seq` follows commit order, `receivedAt` is the arrival in epoch ms. */
export type Logged = LedgerEvent & { seq: number; receivedAt: number }

/** The room and, where there is one, the stay that the event is about. */
export function subject(event: Logged): { room: RoomId; stay: StayId | null } {
  switch (event.type) {
    case 'room.created':
      return { room: event.seq, stay: null }
    case 'room.ended':
    case 'room.corrected':
    case 'room.identified':
      return { room: event.room, stay: null }
    case 'occupant.joined':
      return { room: event.room, stay: event.seq }
    default:
      return { room: event.room, stay: event.stay }
  }
}

/** What the event adds to its subject: `data` in the log and in the API. The log alone rebuilds the tables. */
export function data(event: LedgerEvent): Record<string, string | null> {
  switch (event.type) {
    case 'room.created': {
      const { session, jid, name, kind, parentJid } = event
      return { session, jid, name, kind, parentJid }
    }
    case 'room.ended':
      return { reason: event.reason }
    case 'room.corrected':
      return { endedAt: rfc3339(event.endedAt), reason: event.reason }
    case 'room.identified':
      return { session: event.session, formerSession: event.formerSession }
    case 'occupant.joined': {
      const { jid, nick, role, email, avatar, userAgent, ip, userId } = event
      return { jid, nick, role, email, avatar, userAgent, ip, userId }
    }
    case 'occupant.updated':
      return { jid: event.jid, ...event.changes }
    case 'occupant.left':
      return { jid: event.jid, reason: event.reason }
    case 'occupant.corrected':
      return { jid: event.jid, joined: `${event.stay}`, leftAt: rfc3339(event.leftAt), reason: event.reason }
    case 'occupant.moved':
      return { jid: event.jid, joined: `${event.stay}` }
  }
}

function rfc3339(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}
