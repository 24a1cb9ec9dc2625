// The rules' view of the world held in maps: what every store must agree with.
import { decide } from '../../src/ledger/decide.ts'
import type { Decision } from '../../src/ledger/decision.ts'
import type { Command } from '../../src/ledger/command.ts'
import type { Logged, OccupantJoined, RoomCreated, RoomId, StayId } from '../../src/ledger/event.ts'
import { hostOf, type Host } from '../../src/ledger/host.ts'
import type { Room, State, Stay } from '../../src/ledger/state.ts'
import type { Confirmed } from '../../src/ledger/updating.ts'

export type RememberedRoom = Room & Pick<RoomCreated, 'name' | 'kind' | 'parentJid'>
export type RememberedStay = Stay & Pick<OccupantJoined, 'avatar' | 'userAgent' | 'ip' | 'userId'>

const LIVE_ROOM = { endedAt: null, endReason: null, inferred: false }
const LIVE_STAY = { leftAt: null, leaveReason: null, inferred: false }

export class MemoryState implements State {
  readonly rooms = new Map<RoomId, RememberedRoom>()
  readonly occupants = new Map<StayId, RememberedStay>()
  readonly hosts = new Map<string, Host>()
  readonly log: Logged[] = []

  /** Judges the command and applies what was decided, as a store does. */
  take(command: Command, receivedAt: number): Decision {
    const decision = decide(this, command, receivedAt)
    for (const event of decision.events) this.apply({ ...event, seq: this.lastSeq + 1, receivedAt })
    if (decision.confirmed) this.confirm(decision.confirmed)
    if (decision.host) this.hosts.set(decision.host.name, decision.host)
    return decision
  }

  get lastSeq(): number {
    return this.log.length
  }

  host(name: string): Host | undefined {
    return this.hosts.get(name)
  }

  room(session: string): Room | undefined {
    return this.rooms.values().find((room) => room.session === session)
  }

  liveRoom(jid: string): Room | undefined {
    return this.rooms.values().find((room) => room.jid === jid && room.endedAt === null)
  }

  lastRoom(jid: string): Room | undefined {
    return [...this.rooms.values()].findLast((room) => room.jid === jid)
  }

  roomsAround(jid: string, from: number, to: number): Room[] {
    const rooms = [...this.rooms.values()].filter((room) => room.jid === jid)
    const sorted = rooms.toSorted((one, other) => one.createdAt - other.createdAt || one.id - other.id)
    const first = sorted.findLastIndex(({ createdAt }) => createdAt < from)
    const after = sorted.findIndex(({ createdAt }) => createdAt > to)
    return sorted.slice(Math.max(first, 0), after === -1 ? undefined : after + 2).map((room) => ({ ...room }))
  }

  liveRooms(host: string): Room[] {
    return [...this.rooms.values()].filter(({ jid, endedAt }) => hostOf(jid) === host && endedAt === null)
  }

  stay(room: RoomId, jid: string): Stay | undefined {
    return this.stays(room).find((stay) => stay.jid === jid)
  }

  stays(room: RoomId): Stay[] {
    return this.everyStay(room).filter((stay) => stay.leftAt === null)
  }

  everyStay(room: RoomId): Stay[] {
    // Copies, as a database gives them.
    return [...this.occupants.values()].filter((stay) => stay.room === room).map((stay) => ({ ...stay }))
  }

  lastInstant(room: RoomId): number {
    const instants = this.everyStay(room).flatMap((stay) => [stay.joinedAt, stay.leftAt ?? 0])
    return Math.max(must(this.rooms.get(room)).createdAt, ...instants)
  }

  apply(event: Logged): void {
    this.log.push(event)
    this.#change(event)
    this.#promise()
  }

  /** What the database promises by its unique indexes, after every single event. */
  #promise(): void {
    const rooms = [...this.rooms.values()].filter(({ endedAt }) => endedAt === null)
    if (new Set(rooms.map(({ jid }) => jid)).size < rooms.length)
      throw new Error('two live rooms with one JID')
    const stays = [...this.occupants.values()].filter(({ leftAt }) => leftAt === null)
    const places = stays.map(({ room, jid }) => `${room} ${jid}`)
    if (new Set(places).size < stays.length) throw new Error('two live stays of one JID in one room')
  }

  #change(event: Logged): void {
    switch (event.type) {
      case 'room.created': {
        const { seq, at, session, jid, name, kind, parentJid } = event
        this.rooms.set(seq, { id: seq, session, jid, name, kind, parentJid, createdAt: at, ...LIVE_ROOM })
        return
      }
      case 'room.ended': {
        const { at, reason, inferred } = event
        Object.assign(must(this.rooms.get(event.room)), { endedAt: at, endReason: reason, inferred })
        return
      }
      case 'room.corrected': {
        const { endedAt, reason, inferred } = event
        Object.assign(must(this.rooms.get(event.room)), { endedAt, endReason: reason, inferred })
        return
      }
      case 'room.identified': {
        const { at, session } = event
        Object.assign(must(this.rooms.get(event.room)), { session, createdAt: at })
        return
      }
      case 'occupant.joined': {
        const { seq, at, room, jid, nick, role, email, avatar, userAgent, ip, userId } = event
        const who = { jid, nick, role, email, avatar, userAgent, ip, userId }
        const times = { joinedAt: at, nickAt: at, roleAt: at, emailAt: at }
        this.occupants.set(seq, { id: seq, room, ...who, ...times, ...LIVE_STAY })
        return
      }
      case 'occupant.updated': {
        const setAt = Object.keys(event.changes).map((field) => [`${field}At`, event.at])
        Object.assign(must(this.occupants.get(event.stay)), event.changes, Object.fromEntries(setAt))
        return
      }
      case 'occupant.left': {
        const { at, reason, inferred } = event
        Object.assign(must(this.occupants.get(event.stay)), { leftAt: at, leaveReason: reason, inferred })
        return
      }
      case 'occupant.corrected': {
        const { leftAt, reason, inferred } = event
        Object.assign(must(this.occupants.get(event.stay)), { leftAt, leaveReason: reason, inferred })
        return
      }
      case 'occupant.moved':
        must(this.occupants.get(event.stay)).room = event.room
    }
  }

  confirm({ stay, at, fields }: Confirmed): void {
    for (const field of fields) must(this.occupants.get(stay))[`${field}At`] = at
  }
}

function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('an event speaks of a room or stay that was never begun')
  return found
}
