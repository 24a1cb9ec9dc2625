// The rules of the ledger, all of them: a state and a command in, a verdict and what happened out. Pure.
import type { Changes, Command, CreateRoom, EndRoom, Join, Leave, Update } from './command.ts'
import type { LedgerEvent, OccupantUpdated, StayId } from './event.ts'
import type { Room, State, Stay } from './state.ts'
import type { Verdict } from './verdict.ts'

export type Decision = {
  verdict: Verdict
  events: LedgerEvent[]
  /** Said again with the value it had: nothing happened, yet an older update must no longer overwrite it. */
  confirmed?: Confirmed
}
export type Confirmed = { stay: StayId; at: number; fields: Changeable[] }
type Changeable = (typeof CHANGEABLE)[number]

const CHANGEABLE = ['nick', 'role', 'email'] as const satisfies (keyof Changes)[]

/** A sender's clock may be ahead by this much, in ms; beyond it, `at` counts as the time of arrival. */
const CLOCK_AHEAD = 60_000

/**
 * Judges one command against the state, at the arrival time `now` (epoch ms).
 * The events are to be applied in order; a verdict other than success has none.
 */
export function decide(state: State, command: Command, now: number): Decision {
  switch (command.type) {
    case 'create-room':
      return createRoom(state, command, now)
    case 'end-room':
      return endRoom(state, command, now)
    case 'join':
      return join(state, command, now)
    case 'update':
      return update(state, command, now)
    case 'leave':
      return leave(state, command, now)
  }
}

function createRoom(state: State, command: CreateRoom, now: number): Decision {
  const { session, jid, name, kind, parentJid } = command
  if (state.room(session)) return refused('duplicate')
  const at = reported(command.at, now) ?? now
  // A MUC room exists once: while another session of it is live, its end was never reported.
  const old = state.liveRoom(jid)
  const events = old ? ending(state, old, at, 'superseded') : []
  events.push({ type: 'room.created', at, inferred: false, session, jid, name, kind, parentJid })
  return success(events)
}

function endRoom(state: State, command: EndRoom, now: number): Decision {
  const room = state.room(command.session)
  if (!room || room.jid !== command.jid) return refused('no-room')
  if (room.endedAt !== null) return refused('duplicate')
  return success(ending(state, room, reported(command.at, now) ?? now, command.reason))
}

function join(state: State, command: Join, now: number): Decision {
  const room = state.liveRoom(command.roomJid)
  if (!room) return refused('no-room')
  if (state.stay(room.id, command.jid)) return refused('duplicate')
  const { jid, nick, role, email, avatar, userAgent, ip, userId } = command
  const at = reported(command.at, now) ?? now
  const who = { jid, nick, role, email, avatar, userAgent, ip, userId }
  return success([{ type: 'occupant.joined', at, inferred: false, room: room.id, ...who }])
}

function update(state: State, command: Update, now: number): Decision {
  const stay = currentStay(state, command)
  if (!stay) return refused('no-occupant')
  const at = reported(command.at, now)
  // An old update that was delivered late does not overwrite what was said after it.
  const said = CHANGEABLE.filter(
    (field) => command[field] !== null && (at === null || at >= stay[`${field}At`]),
  )
  // Without `at` the order of arrival decides, and the arrival clock may have been set back since.
  const when = at ?? Math.max(now, ...said.map((field) => stay[`${field}At`]))
  const changed = said.filter((field) => command[field] !== stay[field])
  const confirmed = said.filter((field) => command[field] === stay[field])
  return {
    verdict: 'success',
    events: changed.length === 0 ? [] : [updating(stay, when, changed, command)],
    ...(confirmed.length > 0 && { confirmed: { stay: stay.id, at: when, fields: confirmed } }),
  }
}

function updating(stay: Stay, at: number, fields: Changeable[], command: Update): OccupantUpdated {
  const changes = Object.fromEntries(
    fields.map((field) => [field, command[field]]),
  ) as OccupantUpdated['changes']
  return {
    type: 'occupant.updated',
    at,
    inferred: false,
    room: stay.room,
    stay: stay.id,
    jid: stay.jid,
    changes,
  }
}

function leave(state: State, command: Leave, now: number): Decision {
  const stay = currentStay(state, command)
  const at = reported(command.at, now)
  // A leave from before the stay began belongs to an earlier one and was delivered late.
  if (!stay || (at !== null && at < stay.joinedAt)) return refused('no-occupant')
  return success([leaving(stay, at ?? Math.max(now, stay.joinedAt), command.reason)])
}

/** When it happened by the sender's word; null where there is none, or it lies too far in the future. */
function reported(at: number | null, now: number): number | null {
  return at === null || at > now + CLOCK_AHEAD ? null : at
}

function currentStay(state: State, command: Update | Leave): Stay | undefined {
  const room = state.liveRoom(command.roomJid)
  return room && state.stay(room.id, command.jid)
}

/** Everybody leaves, then the room ends, at one instant: never before what was already reported of it. */
function ending(state: State, room: Room, at: number, reason: string | null): LedgerEvent[] {
  const when = Math.max(at, state.lastInstant(room.id))
  return [
    ...state.stays(room.id).map((stay) => leaving(stay, when, 'room-ended')),
    { type: 'room.ended', at: when, inferred: false, room: room.id, reason },
  ]
}

function leaving(stay: Stay, at: number, reason: string | null): LedgerEvent {
  return { type: 'occupant.left', at, inferred: false, room: stay.room, stay: stay.id, jid: stay.jid, reason }
}

function success(events: LedgerEvent[]): Decision {
  return { verdict: 'success', events }
}

function refused(verdict: Exclude<Verdict, 'success'>): Decision {
  return { verdict, events: [] }
}
