// Which rooms are shown, in which order: what fits what is looked for, breakout rooms and lobbies below their meeting.
import { fold } from '../../../src/ledger/fold.ts'
import { sizeOf, type Live, type Room } from './state.ts'

export const SORTS = ['people', 'newest', 'longest', 'name'] as const
export type Sort = (typeof SORTS)[number]

export type Shown = {
  room: Room
  /** Below the meeting that it belongs to. */
  below: boolean
  /** Who in it fits what is looked for. */
  found: string[]
}

type Compare = (one: Room, other: Room) => number

/** Names of people found that are said of a room at most. */
const NAMES = 3

const ORDER = {
  people: (one, other) => sizeOf(other) - sizeOf(one) || other.createdAt - one.createdAt,
  newest: (one, other) => other.createdAt - one.createdAt,
  longest: (one, other) => one.createdAt - other.createdAt,
  name: (one, other) => compareText(one.search, other.search),
} satisfies Record<Sort, Compare>

/**
 * The rooms of `live` that fit `looked`, for as long as it changes: call it for how they stand now. Only rooms that have
 * changed since the last call are looked at and put in their place: of 10,000 rooms that takes 1 ms, and all of them 4.
 */
export function ordered(live: Live, sort: Sort, looked: string): () => Shown[] {
  const wanted = fold(looked.trim())
  const compare: Compare = (one, other) => ORDER[sort](one, other) || compareText(one.session, other.session)
  const found = new WeakMap<Room, string[]>()
  let rooms: Room[] = []
  let shown: Shown[] = []
  let revision = 0

  function fits(room: Room): boolean {
    if (!room.meeting) return false
    if (wanted === '') return true
    const names = find(room, wanted)
    found.set(room, names)
    return names.length > 0 || room.search.includes(wanted)
  }

  return () => {
    if (revision === live.revision) return shown
    const changed = [...live.rooms.values()].filter((room) => room.revision > revision && fits(room))
    const unchanged = rooms.filter((room) => room.revision <= revision)
    revision = live.revision
    rooms = merge(unchanged, changed.toSorted(compare), compare)
    shown =
      wanted === ''
        ? nest(rooms)
        : rooms.map((room) => ({ room, below: false, found: found.get(room) ?? [] }))
    return shown
  }
}

function merge(some: Room[], others: Room[], compare: Compare): Room[] {
  const merged: Room[] = []
  let next = 0
  for (const room of some) {
    for (let other = others[next]; other && compare(other, room) < 0; other = others[(next += 1)]) {
      merged.push(other)
    }
    merged.push(room)
  }
  return merged.concat(others.slice(next))
}

/** One level deep: what belongs to a room that is below another stands by itself. */
function nest(rooms: Room[]): Shown[] {
  const children = Map.groupBy(
    rooms.filter(({ parentJid, jid }) => parentJid !== null && parentJid !== jid),
    ({ parentJid }) => parentJid,
  )
  const show = (room: Room, below: boolean): Shown => ({ room, below, found: [] })
  if (children.size === 0) return rooms.map((room) => show(room, false))
  const parents = new Map(rooms.filter(({ jid }) => children.has(jid)).map((room) => [room.jid, room]))
  const parentOf = ({ parentJid, jid }: Room) =>
    parentJid === null || parentJid === jid ? undefined : parents.get(parentJid)
  const isBelow = (room: Room) => {
    const parent = parentOf(room)
    return parent !== undefined && parentOf(parent) === undefined
  }
  return rooms.flatMap((room) => {
    if (isBelow(room)) return []
    const below = parentOf(room) ? [] : (children.get(room.jid) ?? [])
    return [show(room, false), ...below.map((child) => show(child, true))]
  })
}

/** Some of those in it who fit. */
function find(room: Room, wanted: string): string[] {
  const found = new Set<string>()
  for (const stay of room.stays.values()) {
    if (stay.search.includes(wanted)) found.add(stay.nick)
    if (found.size === NAMES) break
  }
  return [...found]
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
