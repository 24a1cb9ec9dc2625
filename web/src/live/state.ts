// Who is in which room now: a state, and what each event does to it. Nothing here knows the page or the network.
import { fold } from '../../../src/ledger/fold.ts'
import { personOf } from '../../../src/ledger/identity.ts'
import { domainOf } from '../../../src/ledger/jid.ts'
import { isMeeting, isService } from '../../../src/ledger/service.ts'

export type Stay = {
  jid: string
  nick: string
  role: string
  email: string | null
  userId: string | null
  /** Epoch ms. */
  joinedAt: number
  /** The text that the same person has on every device. */
  person: string
  /** Nick and email, folded for finding. */
  search: string
}

export type Room = {
  session: string
  jid: string
  name: string
  host: string
  kind: string | null
  parentJid: string | null
  createdAt: number
  search: string
  /** Whether it is for people: the others are Jitsi's own. */
  meeting: boolean
  /** People in it as the list of rooms said: shown until they are known by themselves. */
  listed: number
  /** People, by JID. */
  stays: Map<string, Stay>
  /** How many stays each of them has. */
  people: Map<string, number>
  /** JIDs of Jitsi's own components; they are not people. */
  services: Set<string>
  /** How the number of people changed last, and when, epoch ms. */
  change: { by: number; at: number }
  /** That of `Live` when it changed last; `GONE` when it has ended. */
  revision: number
}

/** Of a room that has ended: later than any change. */
const GONE = Infinity

export type Live = {
  rooms: Map<string, Room>
  /** Rooms that are for people. */
  meetings: number
  /** How many stays each person has, in all rooms. */
  people: Map<string, number>
  stays: number
  /** Occupants of any kind, as the hosts count them. */
  occupants: number
  /** Goes up with every change. */
  revision: number
}

/** As the API lists them. */
export type ListedRoom = Pick<Room, 'session' | 'jid' | 'name' | 'host' | 'kind' | 'parentJid'> & {
  createdAt: string
  people?: number
}
export type ListedStay = Pick<Stay, 'jid' | 'nick' | 'role' | 'email' | 'userId'> & {
  session: string
  joinedAt: string
}

/** As the stream tells them. */
export type LiveEvent = {
  type: string
  at: string
  session: string
  roomJid: string
  data: Record<string, string | null>
}

export function emptyLive(): Live {
  return { rooms: new Map(), meetings: 0, people: new Map(), stays: 0, occupants: 0, revision: 0 }
}

export function addRoom(
  live: Live,
  { session, jid, name, host, kind, parentJid, createdAt, people = 0 }: ListedRoom,
): void {
  if (live.rooms.has(session)) return
  const meeting = isMeeting(jid)
  if (meeting) live.meetings += 1
  live.rooms.set(session, {
    session,
    jid,
    name,
    host,
    kind,
    parentJid,
    createdAt: Date.parse(createdAt),
    meeting,
    listed: people,
    search: fold(`${name} ${jid}`),
    stays: new Map(),
    people: new Map(),
    services: new Set(),
    change: { by: 0, at: 0 },
    revision: (live.revision += 1),
  })
}

/** Somebody whose room is not known is not added: it has ended meanwhile. */
export function addStay(live: Live, { session, joinedAt, ...who }: ListedStay): void {
  const room = live.rooms.get(session)
  if (!room) return
  removeStay(live, room, who.jid)
  touch(live, room)
  live.occupants += 1
  if (isService(who.jid)) {
    room.services.add(who.jid)
    return
  }
  const { jid, nick, role, email, userId } = who
  const stay = { jid, nick, role, email, userId, joinedAt: Date.parse(joinedAt) }
  const person = personOf(stay)
  room.stays.set(jid, { ...stay, person, search: fold(`${nick} ${email ?? ''}`) })
  count(room.people, person, 1)
  count(live.people, person, 1)
  live.stays += 1
}

/** Applies an event. False: it speaks of what is not known here, and only the server can tell how things stand. */
export function apply(live: Live, event: LiveEvent): boolean {
  const { type, at, session, roomJid, data } = event
  const room = live.rooms.get(session)
  switch (type) {
    case 'room.created':
      addRoom(live, {
        session,
        jid: roomJid,
        name: data['name'] ?? roomJid,
        host: domainOf(roomJid),
        kind: data['kind'] ?? null,
        parentJid: data['parentJid'] ?? null,
        createdAt: at,
      })
      return true
    case 'room.ended':
      if (room) removeRoom(live, room)
      return true
    case 'occupant.joined':
      if (room)
        changed(room, at, () => addStay(live, { ...(data as unknown as ListedStay), session, joinedAt: at }))
      return true
    case 'occupant.left':
      if (room) changed(room, at, () => removeStay(live, room, data['jid'] ?? ''))
      return true
    case 'occupant.updated':
      if (room) update(live, room, data)
      return true
    // Senders without sessions alone: what came before under the new name was for a room not known here.
    case 'room.identified':
    case 'occupant.moved':
      return false
    default:
      // A correction brings back what had ended, or moves an end that is past.
      return !type.endsWith('.corrected') || (data['endedAt'] ?? data['leftAt'] ?? null) !== null
  }
}

/** How many people are in it, as far as is known. */
export function sizeOf({ people, listed }: Room): number {
  return Math.max(people.size, listed)
}

/** Everybody is known now: the lists are no longer needed. */
export function settle(live: Live): void {
  for (const room of live.rooms.values()) {
    room.listed = 0
    touch(live, room)
  }
}

function removeRoom(live: Live, room: Room): void {
  for (const jid of [...room.stays.keys(), ...room.services]) removeStay(live, room, jid)
  live.rooms.delete(room.session)
  if (room.meeting) live.meetings -= 1
  live.revision += 1
  room.revision = GONE
}

function removeStay(live: Live, room: Room, jid: string): void {
  if (room.services.delete(jid)) live.occupants -= 1
  touch(live, room)
  const stay = room.stays.get(jid)
  if (!stay) return
  room.stays.delete(jid)
  count(room.people, stay.person, -1)
  count(live.people, stay.person, -1)
  live.stays -= 1
  live.occupants -= 1
}

function update(live: Live, room: Room, data: LiveEvent['data']): void {
  const stay = room.stays.get(data['jid'] ?? '')
  if (!stay) return
  const { nick, role, email } = { ...stay, ...data }
  const { jid, userId, joinedAt } = stay
  addStay(live, {
    session: room.session,
    jid,
    nick,
    role,
    email,
    userId,
    joinedAt: new Date(joinedAt).toISOString(),
  })
}

function changed(room: Room, at: string, change: () => void): void {
  const before = room.people.size
  change()
  const by = room.people.size - before
  if (by !== 0) room.change = { by, at: Date.parse(at) }
}

function touch(live: Live, room: Room): void {
  room.revision = live.revision += 1
}

function count(people: Map<string, number>, person: string, by: number): void {
  const next = (people.get(person) ?? 0) + by
  if (next > 0) people.set(person, next)
  else people.delete(person)
}
