// Which rooms are shown, in which order: what fits what is looked for, breakout rooms and lobbies below their meeting.
import { fold } from '../../../src/ledger/fold.ts'
import { sizeOf, type Room } from './state.ts'

export const SORTS = ['people', 'newest', 'longest', 'name'] as const
export type Sort = (typeof SORTS)[number]

export type Shown = {
  room: Room
  /** Below the meeting that it belongs to. */
  below: boolean
  /** Who in it fits what is looked for. */
  found: string[]
}

/** Names of people found that are said of a room at most. */
const NAMES = 3

const ORDER = {
  people: (one, other) => sizeOf(other) - sizeOf(one) || other.createdAt - one.createdAt,
  newest: (one, other) => other.createdAt - one.createdAt,
  longest: (one, other) => one.createdAt - other.createdAt,
  name: (one, other) => (one.search < other.search ? -1 : 1),
} satisfies Record<Sort, (one: Room, other: Room) => number>

export function shownRooms(rooms: Room[], sort: Sort, looked: string): Shown[] {
  const wanted = fold(looked.trim())
  if (wanted !== '') return rooms.toSorted(ORDER[sort]).flatMap((room) => find(room, wanted))
  const meetings = new Set(rooms.map(({ jid }) => jid))
  const parentOf = ({ parentJid, jid }: Room) =>
    parentJid !== null && parentJid !== jid && meetings.has(parentJid) ? parentJid : null
  const below = Map.groupBy(rooms.toSorted(ORDER[sort]), parentOf)
  const show = (room: Room, isBelow: boolean): Shown => ({ room, below: isBelow, found: [] })
  return (below.get(null) ?? []).flatMap((room) => [
    show(room, false),
    ...(below.get(room.jid) ?? []).map((child) => show(child, true)),
  ])
}

function find(room: Room, wanted: string): Shown[] {
  const found = new Set<string>()
  for (const stay of room.stays.values()) {
    if (stay.search.includes(wanted)) found.add(stay.nick)
    if (found.size > NAMES) break
  }
  if (found.size === 0 && !room.search.includes(wanted)) return []
  return [{ room, below: false, found: [...found].slice(0, NAMES) }]
}
