// The world at an instant, folded from the log in the plainest way: what a store's answers are held against.
import type { Logged, RoomId, StayId } from '../../src/ledger/event.ts'
import { personId } from '../../src/store/person.ts'

type Said = { at: number; nick?: string; role?: string; email?: string }
export type WorldStay = {
  id: StayId
  room: RoomId
  jid: string
  userId: string | null
  joinedAt: number
  leftAt: number | null
  said: Said[]
  /** By what is known of it in the end. */
  person: string | null
}
export type WorldRoom = {
  id: RoomId
  session: string
  jid: string
  createdAt: number
  endedAt: number | null
}
export type World = { rooms: WorldRoom[]; stays: WorldStay[] }

export function worldOf(log: Logged[]): World {
  const rooms = new Map<RoomId, WorldRoom>()
  const stays = new Map<StayId, WorldStay>()
  for (const event of log) {
    const { at } = event
    if (event.type === 'room.created') {
      const { seq: id, session, jid } = event
      rooms.set(id, { id, session, jid, createdAt: at, endedAt: null })
    } else if (event.type === 'occupant.joined') {
      const { seq: id, room, jid, userId, nick, role, email } = event
      const said = { at, nick, role, ...(email !== null && { email }) }
      stays.set(id, { id, room, jid, userId, joinedAt: at, leftAt: null, said: [said], person: null })
    } else if (event.type === 'occupant.updated') {
      stays.get(event.stay)?.said.push({ at, ...event.changes })
    } else if (event.type === 'room.ended' || event.type === 'room.corrected') {
      const room = rooms.get(event.room)
      if (room) room.endedAt = event.type === 'room.ended' ? at : event.endedAt
    } else if (event.type === 'room.identified') {
      const room = rooms.get(event.room)
      if (room) Object.assign(room, { session: event.session, createdAt: at })
    } else if (event.type === 'occupant.moved') {
      const stay = stays.get(event.stay)
      if (stay) stay.room = event.room
    } else {
      const stay = stays.get(event.stay)
      if (stay) stay.leftAt = event.type === 'occupant.left' ? at : event.leftAt
    }
  }
  for (const stay of stays.values()) stay.person = personOfStay(stay)
  return { rooms: [...rooms.values()], stays: [...stays.values()] }
}

/** Only what had begun, and no end that was still to come. */
export function worldAt({ rooms, stays }: World, at: number): World {
  const notYet = (end: number | null) => (end !== null && end <= at ? end : null)
  return {
    rooms: rooms
      .filter(({ createdAt }) => createdAt <= at)
      .map((room) => ({ ...room, endedAt: notYet(room.endedAt) })),
    stays: stays
      .filter(({ joinedAt }) => joinedAt <= at)
      .map((stay) => ({
        ...stay,
        leftAt: notYet(stay.leftAt),
        said: stay.said.filter((said) => said.at <= at),
      })),
  }
}

/** What was said last of each field; of one instant, what arrived last. */
export function namesOf({ said }: WorldStay) {
  const [first, ...later] = said.toSorted((one, other) => one.at - other.at)
  const names = { nick: '', role: '', email: null as string | null, ...first }
  for (const one of later) Object.assign(names, one)
  const { nick, role, email } = names
  return { nick, role, email }
}

function personOfStay(stay: WorldStay): string | null {
  return personId({ ...namesOf(stay), jid: stay.jid, userId: stay.userId })
}

/** Looks at every instant at which somebody came. */
export function peakOf(stays: WorldStay[]): number {
  const there = (at: number) =>
    stays.filter(
      ({ joinedAt, leftAt }) => joinedAt <= at && (leftAt === null || at < Math.max(leftAt, joinedAt + 1)),
    )
  return Math.max(0, ...stays.map(({ joinedAt }) => there(joinedAt).length))
}

/** Counts the milliseconds in which there was a stay, a stretch between two ends at a time. */
export function timeIn(stays: WorldStay[], now: number): number {
  const spans = stays.map(({ joinedAt, leftAt }) => [joinedAt, leftAt ?? Math.max(now, joinedAt)] as const)
  const ends = [...new Set(spans.flat())].toSorted((one, other) => one - other)
  return ends.reduce((sum, from, index) => {
    const to = ends[index + 1] ?? from
    return spans.some(([begin, end]) => begin <= from && to <= end) ? sum + to - from : sum
  }, 0)
}
