// The end of a live room, and of a stay in it.
import type { LedgerEvent } from './event.ts'
import type { Room, State, Stay } from './state.ts'

/** Everybody leaves, then the room ends, at one instant: never before what is already known of it. */
export function endLive(
  state: State,
  room: Room,
  at: number,
  reason: string | null,
  inferred: boolean,
): LedgerEvent[] {
  const when = Math.max(at, state.lastInstant(room.id))
  return [
    ...state.stays(room.id).map((stay) => leaving(stay, when, 'room-ended', inferred)),
    { type: 'room.ended', at: when, inferred, room: room.id, reason },
  ]
}

export function leaving(stay: Stay, at: number, reason: string | null, inferred: boolean): LedgerEvent {
  return { type: 'occupant.left', at, inferred, room: stay.room, stay: stay.id, jid: stay.jid, reason }
}
