// What happened in a range of time, in figures. Services are no people and health checks no meetings: neither counts.
import { weekHour, type Stretch } from './buckets.ts'
import { Census, type Order } from './census.ts'
import { Column } from './column.ts'
import type { Kind } from './command.ts'
import { figuresOf, type BucketFigures, type Figures } from './figures.ts'
import { groupsBy, split } from './groups.ts'
import { lengthsOf, type Length } from './lengths.ts'
import { isMeeting } from './service.ts'

/** All times are epoch ms. Nothing after `now` counts: what is live lasts until then. */
export type Period = {
  from: number
  /** Not included. */
  to: number
  now: number
  /** When each bucket begins, the first at `from`. */
  starts: number[]
  /** What the clock of the zone shows from when on. */
  clock: Stretch[]
}

export type RoomSpan = {
  session: string
  name: string
  jid: string
  host: string
  kind: Kind | null
  createdAt: number
  endedAt: number | null
}

export type Stats = {
  total: Figures
  byHost: Record<string, Figures>
  byKind: Record<string, Figures>
  buckets: BucketFigures[]
  /** Rooms created, by weekday (Monday first) and hour of the zone's clock. */
  week: number[][]
  /** Rooms created, by how long they lasted. */
  lengths: Length[]
  /** The rooms in which the most people were in that range, most first; the longer one of two. */
  busiest: BusyRoom[]
}
export type BusyRoom = RoomSpan & { people: number; durationMs: number }

export type Tally = {
  /** The stays that follow are in this room. Of both only what lies in the range counts. */
  room(room: RoomSpan): void
  /** Of a person: `who` is a number that nobody else has, as small as can be. `leftAt`: null while it goes on. */
  stay(who: number, joinedAt: number, leftAt: number | null): void
  /** Once, when all were told. */
  stats(): Stats
}

/** What rooms whose kind nobody said are found under. */
export const UNKNOWN_KIND = 'unknown'
const BUSIEST = 10

/** `from`, `to`: what of it lies in the range. */
type Meeting = {
  room: RoomSpan
  createdAt: number
  durationMs: number
  people: number
  from: number
  to: number
}
/** Column by column: 1 million take 24 MB, and as objects three times that. */
type Stays = Record<'meeting' | 'who' | 'from' | 'to', Column>

export function createTally({ from, to, now, starts, clock }: Period): Tally {
  const until = Math.max(from, Math.min(to, now))
  const meetings: Meeting[] = []
  const stays: Stays = { meeting: new Column(), who: new Column(), from: new Column(), to: new Column() }
  /** Null: it does not count. */
  let current: Meeting | null = null
  /** Of each person the last meeting in which they were counted. */
  const countedIn: number[] = []

  function room(room: RoomSpan): void {
    const { createdAt, endedAt } = room
    const end = endOf(createdAt, endedAt)
    current = null
    if (!touches(createdAt, end) || !isMeeting(room.jid)) return
    const durationMs = Math.max(0, (endedAt ?? now) - createdAt)
    const inRange = { from: Math.max(createdAt, from), to: Math.min(end, until) }
    current = { room, createdAt, durationMs, people: 0, ...inRange }
    meetings.push(current)
  }

  function stay(who: number, joinedAt: number, leftAt: number | null): void {
    if (!current) return
    // Prosody may tell of the first occupant before the room: nobody was in it before it was there.
    const joined = Math.max(joinedAt, current.createdAt)
    const left = endOf(joined, leftAt)
    if (!touches(joined, left)) return
    const meeting = meetings.length - 1
    if (countedIn[who] !== meeting) current.people += 1
    countedIn[who] = meeting
    stays.meeting.push(meeting)
    stays.who.push(who)
    stays.from.push(Math.max(joined, from))
    stays.to.push(Math.min(left, until))
  }

  /** What was over in the millisecond in which it began was there all the same. */
  function endOf(began: number, ended: number | null): number {
    return Math.max(ended ?? now, began + 1)
  }

  function touches(began: number, ended: number): boolean {
    return from < until && began < until && ended > from
  }

  function stats(): Stats {
    const rooms = new Census(
      {
        who: new Int32Array(meetings.map((_, number) => number)),
        from: new Float64Array(meetings.map(({ from }) => from)),
        to: new Float64Array(meetings.map(({ to }) => to)),
      },
      meetings.length,
    )
    const visits = new Census(
      {
        who: new Int32Array(stays.who.values),
        from: stays.from.values,
        to: stays.to.values,
      },
      countedIn.length,
    )
    const { whole, buckets } = measure(rooms.order, visits.order, starts)

    function measure(roomOrder: Order, stayOrder: Order, starts: number[]) {
      const created = [...roomOrder.coming].map((place) => meetings[place] as Meeting).filter(isNew)
      const counted = {
        rooms: rooms.count(roomOrder, starts, until),
        people: visits.count(stayOrder, starts, until),
      }
      return figuresOf({ ...counted, created, starts, until })
    }

    /** Hosts and kinds mostly part the rooms in the same way, or not at all: each way is measured once. */
    const ways: { groupOf: Int32Array; figures: Figures[] }[] = [
      { groupOf: new Int32Array(meetings.length), figures: [whole] },
    ]

    function figuresBy(keyOf: (room: RoomSpan) => string): Record<string, Figures> {
      const { keys, groupOf } = groupsBy(meetings, ({ room }) => keyOf(room))
      const known = ways.find((way) => way.groupOf.every((group, index) => group === groupOf[index]))
      const figures = known?.figures ?? figuresOfGroups(groupOf, keys.length)
      if (!known) ways.push({ groupOf, figures })
      const byKey = keys.map((key, group) => [key, figures[group] as Figures] as const)
      return Object.fromEntries(byKey.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    }

    function figuresOfGroups(groupOf: Int32Array, groups: number): Figures[] {
      const staysIn = split(visits.order, groupOfStay(groupOf), groups)
      return split(rooms.order, groupOf, groups).map(
        (roomOrder, group) => measure(roomOrder, staysIn[group] as Order, [from]).whole,
      )
    }

    function groupOfStay(groupOf: Int32Array): Int32Array {
      return new Int32Array(stays.meeting.values).map((meeting) => groupOf[meeting] as number)
    }

    return {
      total: whole,
      byHost: figuresBy(({ host }) => host),
      byKind: figuresBy(({ kind }) => kind ?? UNKNOWN_KIND),
      buckets,
      week: weekOf(meetings.filter(isNew), clock),
      lengths: lengthsOf(meetings.filter(isNew).map(({ durationMs }) => durationMs)),
      busiest: busiestOf(meetings),
    }
  }

  function isNew({ createdAt }: Meeting): boolean {
    return createdAt >= from
  }

  return { room, stay, stats }
}

function weekOf(created: Meeting[], clock: Stretch[]): number[][] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0))
  for (const { createdAt } of created) {
    const { weekday, hour } = weekHour(clock, createdAt)
    const hours = week[weekday] as number[]
    hours[hour] = (hours[hour] as number) + 1
  }
  return week
}

function busiestOf(meetings: Meeting[]): BusyRoom[] {
  let busiest: Meeting[] = []
  for (const meeting of meetings) {
    const last = busiest[BUSIEST - 1]
    if (last && compare(last, meeting) <= 0) continue
    busiest = [...busiest, meeting].toSorted(compare).slice(0, BUSIEST)
  }
  return busiest.map(
    ({ room: { session, name, jid, host, kind, createdAt, endedAt }, people, durationMs }) => {
      return { session, name, jid, host, kind, createdAt, endedAt, people, durationMs }
    },
  )
}

function compare(one: Meeting, other: Meeting): number {
  return other.people - one.people || other.durationMs - one.durationMs || one.createdAt - other.createdAt
}
