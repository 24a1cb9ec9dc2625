// Ends that the ledger concludes because nobody is left to report them, and the truth that takes their place.
import type { LedgerEvent } from './event.ts'
import type { Room, State, Stay } from './state.ts'

/** Why a room or stay ended whose host no longer has it, or has gone silent. */
const LOST = 'lost'

/** Ends the room and its stays, at the last instant at which the host is known to have been alive. */
export function lose(state: State, room: Room, aliveAt: number): LedgerEvent[] {
  const at = Math.max(aliveAt, state.lastInstant(room.id))
  return [
    ...state.stays(room.id).map((stay) => loseStay(stay, at)),
    { type: 'room.ended', at, inferred: true, room: room.id, reason: LOST },
  ]
}

export function loseStay({ id, room, jid, joinedAt }: Stay, aliveAt: number): LedgerEvent {
  const at = Math.max(aliveAt, joinedAt)
  return { type: 'occupant.left', at, inferred: true, room, stay: id, jid, reason: LOST }
}

/** Whether the room's end was concluded for want of news, so that news may take it back. */
export function isLostRoom({ endReason, inferred }: Room): boolean {
  return inferred && endReason === LOST
}

export function isLostStay({ leaveReason, inferred }: Stay): boolean {
  return inferred && leaveReason === LOST
}

/** The last room with this JID, if its end was concluded: what is told of that JID now is told of it. */
export function lostRoom(state: State, jid: string): Room | undefined {
  const room = state.lastRoom(jid)
  return room && isLostRoom(room) ? room : undefined
}

/** The last stay of this JID in this room, if its end was concluded. */
export function lostStay(state: State, room: Room, jid: string): Stay | undefined {
  const stay = state.everyStay(room.id).findLast((candidate) => candidate.jid === jid)
  return stay && isLostStay(stay) ? stay : undefined
}

/** Takes back the end of a room: it is live, and so are these stays, which had ended with it. */
export function reopen(room: Room, back: Stay[], at: number): LedgerEvent[] {
  return [
    { type: 'room.corrected', at, inferred: false, room: room.id, endedAt: null, reason: null },
    ...back.map((stay) => resume(stay, at)),
  ]
}

/** Takes back the end of a stay. */
export function resume({ id, room, jid }: Stay, at: number): LedgerEvent {
  return { type: 'occupant.corrected', at, inferred: false, room, stay: id, jid, leftAt: null, reason: null }
}

/** Puts the true end of a stay in the place of the concluded one. */
export function correctStay({ id, room, jid }: Stay, leftAt: number, reason: string | null): LedgerEvent {
  return { type: 'occupant.corrected', at: leftAt, inferred: false, room, stay: id, jid, leftAt, reason }
}

/** The same for a room; who was lost with it left when it ended. */
export function correctRoom(room: Room, back: Stay[], endedAt: number, reason: string | null): LedgerEvent[] {
  return [
    ...back.map((stay) => correctStay(stay, endedAt, 'room-ended')),
    { type: 'room.corrected', at: endedAt, inferred: false, room: room.id, endedAt, reason },
  ]
}

/** Those whose stay was concluded to end when the room did: of each JID the last one, which alone can go on. */
export function lostWith(state: State, room: Room): Stay[] {
  const last = new Map(state.everyStay(room.id).map((stay) => [stay.jid, stay]))
  return [...last.values()].filter((stay) => isLostStay(stay) && stay.leftAt === room.endedAt)
}
