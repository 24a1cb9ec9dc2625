// The rules' view of a batch: what was loaded for it, changed as it is judged, and what of that is to be written.
import type { Logged, OccupantJoined, RoomCreated, RoomId, StayId } from '../../ledger/event.ts'
import { hostOf, type Host } from '../../ledger/host.ts'
import type { Span } from '../../ledger/span.ts'
import type { Room, State, Stay } from '../../ledger/state.ts'
import type { Confirmed } from '../../ledger/updating.ts'
import { People } from './people.ts'

/** What must be loaded before the command can be judged. */
export type Need =
  | { what: 'session'; session: string }
  | { what: 'live room' | 'last room'; jid: string }
  | ({ what: 'rooms around' } & Span)
  | { what: 'live rooms' | 'host'; host: string }
  | { what: 'stay'; room: RoomId; jid: string }
  | { what: 'every stay'; room: RoomId }

/** Thrown by the view when it is asked for what was not loaded; nothing has changed then. */
export class Missing extends Error {
  readonly need: Need

  constructor(need: Need) {
    super(`not loaded: ${need.what}`)
    this.need = need
  }
}

/** A room's stays: `live` by JID, null for who is known not to be there; `every` once all were loaded. */
type Stays = { live: Map<string, Stay | null>; every: Stay[] | null }

export class BatchState implements State {
  lastSeq = 0
  readonly #rooms = new Map<RoomId, Room>()
  readonly #bySession = new Map<string, Room | null>()
  readonly #liveByJid = new Map<string, Room | null>()
  readonly #lastByJid = new Map<string, Room | null>()
  readonly #stays = new Map<RoomId, Stays>()
  readonly #stayById = new Map<StayId, Stay>()
  readonly #hosts = new Map<string, Host | null>()
  readonly #wholeHosts = new Set<string>()
  readonly #spans = new Set<string>()

  readonly events: Logged[] = []
  readonly created = new Map<RoomId, RoomCreated>()
  readonly joined = new Map<StayId, OccupantJoined>()
  readonly changedRooms = new Set<Room>()
  readonly changedStays = new Set<Stay>()
  readonly changedHosts = new Map<string, Host>()
  readonly people = new People()

  // What is asked

  room(session: string): Room | undefined {
    return found(this.#bySession.get(session), { what: 'session', session })
  }

  liveRoom(jid: string): Room | undefined {
    return found(this.#liveByJid.get(jid), { what: 'live room', jid })
  }

  lastRoom(jid: string): Room | undefined {
    return found(this.#lastByJid.get(jid), { what: 'last room', jid })
  }

  roomsAround(jid: string, from: number, to: number): Room[] {
    if (!this.#spans.has(`${from} ${to} ${jid}`)) throw new Missing({ what: 'rooms around', jid, from, to })
    const rooms = [...this.#rooms.values()].filter((room) => room.jid === jid)
    const sorted = rooms.toSorted((one, other) => one.createdAt - other.createdAt || one.id - other.id)
    const first = sorted.findLastIndex(({ createdAt }) => createdAt < from)
    const after = sorted.findIndex(({ createdAt }) => createdAt > to)
    return sorted.slice(Math.max(first, 0), after === -1 ? undefined : after + 2)
  }

  liveRooms(host: string): Room[] {
    if (!this.#wholeHosts.has(host)) throw new Missing({ what: 'live rooms', host })
    return [...this.#rooms.values()]
      .filter(({ jid, endedAt }) => endedAt === null && hostOf(jid) === host)
      .toSorted((one, other) => one.id - other.id)
  }

  stay(room: RoomId, jid: string): Stay | undefined {
    const stays = this.#staysOf(room)
    const stay = stays.live.get(jid)
    if (stay === undefined && stays.every !== null) return undefined
    return found(stay, { what: 'stay', room, jid })
  }

  stays(room: RoomId): Stay[] {
    return this.everyStay(room).filter(({ leftAt }) => leftAt === null)
  }

  everyStay(room: RoomId): Stay[] {
    const { every } = this.#staysOf(room)
    if (every === null) throw new Missing({ what: 'every stay', room })
    return every
  }

  lastInstant(room: RoomId): number {
    const instants = this.everyStay(room).map(({ joinedAt, leftAt }) => Math.max(joinedAt, leftAt ?? 0))
    return instants.reduce((latest, instant) => Math.max(latest, instant), this.roomOf(room).createdAt)
  }

  host(name: string): Host | undefined {
    return found(this.#hosts.get(name), { what: 'host', host: name })
  }

  // What was loaded. What is known already may have changed since, so it is never replaced.

  addRoom(row: Room): Room {
    const room = this.#rooms.get(row.id) ?? row
    this.#rooms.set(room.id, room)
    setOnce(this.#bySession, room.session, room)
    if (room.endedAt === null) setOnce(this.#liveByJid, room.jid, room)
    return room
  }

  noRoom({ sessions, jids }: { sessions: string[]; jids: string[] }): void {
    for (const session of sessions) setOnce(this.#bySession, session, null)
    for (const jid of jids) setOnce(this.#liveByJid, jid, null)
  }

  setLastRoom(jid: string, row: Room | null): void {
    setOnce(this.#lastByJid, jid, row && this.addRoom(row))
  }

  /** Every room around these spans has been added. */
  spansAreWhole(spans: Span[]): void {
    for (const { jid, from, to } of spans) this.#spans.add(`${from} ${to} ${jid}`)
  }

  addStay(row: Stay): Stay {
    const stay = this.#stayById.get(row.id) ?? row
    this.#stayById.set(stay.id, stay)
    if (stay.leftAt === null) setOnce(this.#staysOf(stay.room).live, stay.jid, stay)
    return stay
  }

  noStay(room: RoomId, jid: string): void {
    setOnce(this.#staysOf(room).live, jid, null)
  }

  /** All rows of these rooms, in order of joining. */
  addEveryStay(rooms: RoomId[], rows: Stay[]): void {
    const lists = new Map(
      rooms.filter((room) => this.#staysOf(room).every === null).map((room) => [room, [] as Stay[]]),
    )
    for (const row of rows) {
      const stay = this.addStay(row)
      lists.get(stay.room)?.push(stay)
    }
    // Who joined in this batch is not in the table yet.
    for (const id of this.joined.keys()) {
      const stay = this.stayOf(id)
      lists.get(stay.room)?.push(stay)
    }
    for (const [room, every] of lists) this.#staysOf(room).every = every
  }

  setHost(name: string, host: Host | null): void {
    setOnce(this.#hosts, name, host)
  }

  hostIsWhole(host: string): void {
    this.#wholeHosts.add(host)
  }

  // What happened

  keepHost(host: Host): void {
    this.#hosts.set(host.name, host)
    this.changedHosts.set(host.name, host)
  }

  confirm({ stay: id, at, fields }: Confirmed): void {
    const stay = this.stayOf(id)
    for (const field of fields) stay[`${field}At`] = at
    this.#touch(stay)
  }

  apply(event: Logged): void {
    this.lastSeq = event.seq
    this.events.push(event)
    switch (event.type) {
      case 'room.created':
        return this.#create(event)
      case 'room.ended':
        return this.#end(event.room, { endedAt: event.at, endReason: event.reason, inferred: event.inferred })
      case 'room.corrected':
        return this.#end(event.room, {
          endedAt: event.endedAt,
          endReason: event.reason,
          inferred: event.inferred,
        })
      case 'room.identified':
        return this.#identify(event.room, event.session, event.at)
      case 'occupant.joined':
        return this.#join(event)
      case 'occupant.updated': {
        const stay = this.stayOf(event.stay)
        const before = { ...stay }
        const setAt = Object.keys(event.changes).map((field) => [`${field}At`, event.at])
        Object.assign(stay, event.changes, Object.fromEntries(setAt))
        this.people.changed(before, stay)
        return this.#touch(stay)
      }
      case 'occupant.left':
        return this.#leave(event.stay, {
          leftAt: event.at,
          leaveReason: event.reason,
          inferred: event.inferred,
        })
      case 'occupant.corrected':
        return this.#leave(event.stay, {
          leftAt: event.leftAt,
          leaveReason: event.reason,
          inferred: event.inferred,
        })
      case 'occupant.moved':
        return this.#move(event.stay, event.room)
    }
  }

  #create(event: RoomCreated & { seq: number }): void {
    const { seq: id, session, jid, at } = event
    const room = { id, session, jid, createdAt: at, endedAt: null, endReason: null, inferred: false }
    this.#rooms.set(id, room)
    this.#bySession.set(session, room)
    this.#liveByJid.set(jid, room)
    this.#lastByJid.set(jid, room)
    this.#stays.set(id, { live: new Map(), every: [] })
    this.created.set(id, event)
  }

  #end(id: RoomId, end: Pick<Room, 'endedAt' | 'endReason' | 'inferred'>): void {
    const room = Object.assign(this.roomOf(id), end)
    if (room.endedAt === null) this.#liveByJid.set(room.jid, room)
    else if (this.#liveByJid.get(room.jid) === room) this.#liveByJid.set(room.jid, null)
    if (!this.created.has(id)) this.changedRooms.add(room)
  }

  #identify(id: RoomId, session: string, createdAt: number): void {
    const room = this.roomOf(id)
    this.#bySession.set(room.session, null)
    this.#bySession.set(session, Object.assign(room, { session, createdAt }))
    if (!this.created.has(id)) this.changedRooms.add(room)
  }

  #join(event: OccupantJoined & { seq: number }): void {
    const { seq: id, room, jid, nick, role, email, userId, at } = event
    const times = { joinedAt: at, nickAt: at, roleAt: at, emailAt: at }
    const stay = {
      id,
      room,
      jid,
      nick,
      role,
      email,
      userId,
      ...times,
      leftAt: null,
      leaveReason: null,
      inferred: false,
    }
    this.people.met(stay)
    this.#stayById.set(id, stay)
    const stays = this.#staysOf(room)
    stays.live.set(jid, stay)
    stays.every?.push(stay)
    this.joined.set(id, event)
  }

  #leave(id: StayId, end: Pick<Stay, 'leftAt' | 'leaveReason' | 'inferred'>): void {
    const stay = Object.assign(this.stayOf(id), end)
    const { live } = this.#staysOf(stay.room)
    if (stay.leftAt === null) live.set(stay.jid, stay)
    else if (live.get(stay.jid) === stay) live.set(stay.jid, null)
    this.#touch(stay)
  }

  #move(id: StayId, room: RoomId): void {
    const stay = this.stayOf(id)
    const [from, to] = [this.#staysOf(stay.room), this.#staysOf(room)]
    if (from.live.get(stay.jid) === stay) from.live.set(stay.jid, null)
    if (from.every) from.every = from.every.filter((other) => other !== stay)
    stay.room = room
    if (stay.leftAt === null) to.live.set(stay.jid, stay)
    if (to.every) to.every = [...to.every, stay].toSorted((one, other) => one.id - other.id)
    this.#touch(stay)
  }

  #touch(stay: Stay): void {
    if (!this.joined.has(stay.id)) this.changedStays.add(stay)
  }

  /** As it is by now. */
  stayOf(id: StayId): Stay {
    return must(this.#stayById.get(id))
  }

  roomOf(id: RoomId): Room {
    return must(this.#rooms.get(id))
  }

  #staysOf(room: RoomId): Stays {
    const known = this.#stays.get(room)
    if (known) return known
    const stays: Stays = { live: new Map(), every: null }
    this.#stays.set(room, stays)
    return stays
  }
}

function found<T>(known: T | null | undefined, need: Need): T | undefined {
  if (known === undefined) throw new Missing(need)
  return known ?? undefined
}

function setOnce<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value)
}

function must<T>(known: T | undefined): T {
  if (known === undefined) throw new Error('an event speaks of a room or stay that was not loaded')
  return known
}
