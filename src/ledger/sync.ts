// A snapshot: everything that is live on a host. Afterwards the ledger agrees with it, and says what that took.
import { reported } from './at.ts'
import type { ListedOccupant, ListedRoom, Sync } from './command.ts'
import type { Decision } from './decision.ts'
import type { LedgerEvent, RoomId } from './event.ts'
import { isLostStay, lose, loseStay, reopen, resume } from './lost.ts'
import { profileOf } from './profile.ts'
import type { Room, State, Stay } from './state.ts'
import { changing } from './updating.ts'

/** All of it or, where a session belongs to the room of another JID, nothing. */
export function sync(state: State, command: Sync, now: number): Decision {
  const at = reported(command.at, now) ?? now
  const known = new Map(command.rooms.map(({ session }) => [session, state.room(session)]))
  if (command.rooms.some(({ session, jid }) => (known.get(session)?.jid ?? jid) !== jid)) {
    return { verdict: 'foreign-session', events: [] }
  }
  const aliveAt = state.host(command.host)?.aliveAt ?? 0
  const events = state
    .liveRooms(command.host)
    .filter(({ session }) => !known.has(session))
    .flatMap((room) => lose(state, room, aliveAt))
  for (const listed of command.rooms) {
    const room = known.get(listed.session)
    if (room) events.push(...agree(state, room, listed, aliveAt, at))
    else events.push(...begin(listed, state.lastSeq + events.length + 1, at))
  }
  return { verdict: repairs(events), events }
}

/** A room that the ledger never heard of; it is known by the seq of its own event. */
function begin(listed: ListedRoom, id: RoomId, at: number): LedgerEvent[] {
  const { session, jid, name, kind, parentJid } = listed
  return [
    { type: 'room.created', at: listed.at ?? at, inferred: false, session, jid, name, kind, parentJid },
    ...listed.occupants.map((occupant) => joining(id, occupant, at)),
  ]
}

function agree(state: State, room: Room, listed: ListedRoom, aliveAt: number, at: number): LedgerEvent[] {
  const last = new Map(state.everyStay(room.id).map((stay) => [stay.jid, stay]))
  const here = new Set(listed.occupants.map(({ jid }) => jid))
  return [
    // A snapshot outweighs even an end that was reported.
    ...(room.endedAt === null ? [] : reopen(room, [], at)),
    ...state
      .stays(room.id)
      .filter(({ jid }) => !here.has(jid))
      .map((stay) => loseStay(stay, aliveAt)),
    ...listed.occupants.flatMap((occupant) => {
      const stay = last.get(occupant.jid)
      if (!stay || (stay.leftAt !== null && !goesOn(stay, occupant))) return [joining(room.id, occupant, at)]
      const { events } = changing(stay, occupant, at, at)
      return stay.leftAt === null ? events : [resume(stay, at), ...events]
    }),
  ]
}

/** Is this the stay that had ended, or did they come back? The instant of joining tells, where it is told. */
function goesOn(stay: Stay, { at }: ListedOccupant): boolean {
  return at === null ? isLostStay(stay) : at === stay.joinedAt
}

function joining(room: RoomId, occupant: ListedOccupant, at: number): LedgerEvent {
  const { jid } = occupant
  return {
    type: 'occupant.joined',
    at: occupant.at ?? at,
    inferred: false,
    room,
    jid,
    ...profileOf(occupant),
  }
}

/** What went live again counts with what began. */
function repairs(events: LedgerEvent[]) {
  const count = (...types: LedgerEvent['type'][]) => events.filter(({ type }) => types.includes(type)).length
  return {
    roomsCreated: count('room.created', 'room.corrected'),
    roomsEnded: count('room.ended'),
    occupantsJoined: count('occupant.joined', 'occupant.corrected'),
    occupantsLeft: count('occupant.left'),
  }
}
