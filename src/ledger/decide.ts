// The rules of the ledger: a state and a command in, a verdict and what happened out. Pure.
import { reported } from './at.ts'
import type { Command, CreateRoom, EndRoom, Expire, Heartbeat, Join, Leave, Update } from './command.ts'
import type { LedgerEvent } from './event.ts'
import type { Decision } from './decision.ts'
import { endLive, leaving } from './ending.ts'
import { heard } from './heard.ts'
import {
  correctRoom,
  correctStay,
  isLostRoom,
  lose,
  lostRoom,
  lostStay,
  lostWith,
  reopen,
  resume,
} from './lost.ts'
import { profileOf } from './profile.ts'
import type { Room, State, Stay } from './state.ts'
import { sync } from './sync.ts'
import { tell } from './tell.ts'
import { isTold } from './told.ts'
import { changing } from './updating.ts'
import type { Verdict } from './verdict.ts'

/** Judges one command against the state, at the arrival time `now` (epoch ms). */
export function decide(state: State, command: Command, now: number): Decision {
  const decision = judge(state, command, now)
  const host = heard(state, command, decision, now)
  if (host) decision.host = host
  return decision
}

function judge(state: State, command: Command, now: number): Decision {
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
    case 'heartbeat':
      return heartbeat(state, command)
    case 'sync':
      return sync(state, command, now)
    case 'expire':
      return expire(state, command)
    case 'tell':
      return tell(state, command)
  }
}

function createRoom(state: State, command: CreateRoom, now: number): Decision {
  const { session, jid, name, kind, parentJid } = command
  if (state.room(session)) return refused('duplicate')
  const at = reported(command.at, now) ?? now
  // A MUC room exists once: while another session of it is live, its end was never reported.
  const old = state.liveRoom(jid)
  const events = old ? endLive(state, old, at, 'superseded', true) : []
  events.push({ type: 'room.created', at, inferred: false, session, jid, name, kind, parentJid })
  return success(events)
}

function endRoom(state: State, command: EndRoom, now: number): Decision {
  const room = state.room(command.session)
  if (!room || room.jid !== command.jid) return refused('no-room')
  const at = reported(command.at, now) ?? now
  if (room.endedAt === null) return success(endLive(state, room, at, command.reason, false))
  if (!isLostRoom(room)) return refused('duplicate')
  const back = lostWith(state, room)
  const goneWith = new Set(back.map(({ id }) => id))
  const instants = state
    .everyStay(room.id)
    .flatMap(({ id, joinedAt, leftAt }) => (goneWith.has(id) ? [joinedAt] : [joinedAt, leftAt ?? 0]))
  return success(correctRoom(room, back, Math.max(at, room.createdAt, ...instants), command.reason))
}

function join(state: State, command: Join, now: number): Decision {
  const { jid, roomJid } = command
  const at = reported(command.at, now) ?? now
  const live = state.liveRoom(roomJid)
  if (live && state.stay(live.id, jid)) return refused('duplicate')
  const room = live ?? lostRoom(state, roomJid)
  if (!room) return refused('no-room')
  // Who joins was not in it, so their lost stay keeps the end it was given.
  const others = live ? [] : lostWith(state, room).filter((stay) => stay.jid !== jid)
  const joined: LedgerEvent = {
    type: 'occupant.joined',
    at,
    inferred: false,
    room: room.id,
    jid,
    ...profileOf(command),
  }
  return success(live ? [joined] : [...reopen(room, others, at), joined])
}

function update(state: State, command: Update, now: number): Decision {
  const at = reported(command.at, now)
  const found = stayOf(state, command)
  if (!found) return refused('no-occupant')
  const { stay, room } = found
  // What was said before a concluded end does not contradict it.
  const goesOn = stay.leftAt !== null && (at ?? now) > stay.leftAt
  const back = goesOn ? [...takeBack(state, room, stay, at ?? now), resume(stay, at ?? now)] : []
  const { events, confirmed } = changing(stay, command, at, now)
  return { verdict: 'success', events: [...back, ...events], ...(confirmed && { confirmed }) }
}

function leave(state: State, command: Leave, now: number): Decision {
  const at = reported(command.at, now)
  const found = stayOf(state, command)
  // A leave from before the stay began belongs to an earlier one and was delivered late.
  if (!found || (at !== null && at < found.stay.joinedAt)) return refused('no-occupant')
  const { stay, room } = found
  const when = at ?? Math.max(now, stay.joinedAt)
  if (stay.leftAt === null) return success([leaving(stay, when, command.reason, false)])
  const back = when > stay.leftAt ? takeBack(state, room, stay, when) : []
  return success([...back, correctStay(stay, when, command.reason)])
}

/** The sender counts what it has told, so the same numbers mean the same books. */
function heartbeat(state: State, { host: name, bootId, rooms, occupants }: Heartbeat): Decision {
  const host = state.host(name)
  const agrees = host?.bootId === bootId && host.liveRooms === rooms && host.liveOccupants === occupants
  return { verdict: { inSync: agrees }, events: [] }
}

function expire(state: State, { host: name, silentSince }: Expire): Decision {
  const host = state.host(name)
  if (!host || host.heartbeatAt === null || host.contactAt > silentSince) return refused('alive')
  // Who tells of meetings without sessions sends no heartbeats: the silence is another sender's.
  const silent = state.liveRooms(name).filter((room) => !isTold(room))
  if (silent.length === 0 && host.liveRooms > 0) return refused('alive')
  return success(silent.flatMap((room) => lose(state, room, host.aliveAt)))
}

/** The stay that is spoken of, with its room: the live one, or else one whose end was only concluded. */
function stayOf(state: State, { roomJid, jid }: Update | Leave): { stay: Stay; room: Room } | undefined {
  const room = state.liveRoom(roomJid) ?? lostRoom(state, roomJid)
  if (!room) return undefined
  const live = room.endedAt === null ? state.stay(room.id, jid) : undefined
  const stay = live ?? lostStay(state, room, jid)
  return stay && { stay, room }
}

/** Somebody was in this room at `at`: if it was thought to have ended before, it goes on, with everyone else in it. */
function takeBack(state: State, room: Room, but: Stay, at: number): LedgerEvent[] {
  if (room.endedAt === null) return []
  return reopen(
    room,
    lostWith(state, room).filter(({ id }) => id !== but.id),
    at,
  )
}

function success(events: LedgerEvent[]): Decision {
  return { verdict: 'success', events }
}

function refused(verdict: Exclude<Verdict, 'success' | object>): Decision {
  return { verdict, events: [] }
}
