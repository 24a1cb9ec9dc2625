// What happened in a range of time, in figures. Services are no people and health checks no meetings: neither counts.
import { weekHour, type Stretch } from './buckets.ts'
import type { Kind } from './command.ts'
import { Group, type BucketFigures, type Figures, type Measured } from './figures.ts'
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

/** The stays in one room, column by column. `person`: null for a service. */
export type StaySpans = { joinedAt: number[]; leftAt: (number | null)[]; person: (string | null)[] }

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
  /** A room with its stays. Of both only what lies in the range counts. */
  add(room: RoomSpan, stays: StaySpans): void
  /** Once, when all were added. */
  stats(): Stats
}

/** What rooms whose kind nobody said are found under. */
export const UNKNOWN_KIND = 'unknown'
const BUSIEST = 10

type Meeting = BusyRoom & { from: number; to: number }
/** Column by column: 1 million take 32 MB, and as objects three times that. */
type Stays = { person: number[]; meeting: number[]; from: number[]; to: number[] }

export function createTally({ from, to, now, starts, clock }: Period): Tally {
  const until = Math.max(from, Math.min(to, now))
  const meetings: Meeting[] = []
  const stays: Stays = { person: [], meeting: [], from: [], to: [] }
  const people = new Map<string, number>()
  /** Of each person the last meeting in which they were counted. */
  const countedIn: number[] = []

  function add(room: RoomSpan, { joinedAt, leftAt, person }: StaySpans): void {
    const { createdAt, endedAt } = room
    const end = endOf(createdAt, endedAt)
    if (!touches(createdAt, end) || !isMeeting(room.jid)) return
    const durationMs = Math.max(0, (endedAt ?? now) - createdAt)
    const meeting = { ...room, ...clip(createdAt, end), people: 0, durationMs }
    for (const [index, id] of person.entries()) {
      // Prosody may tell of the first occupant before the room: nobody was in it before it was there.
      const joined = Math.max(joinedAt[index] as number, createdAt)
      const left = endOf(joined, leftAt[index] as number | null)
      if (id === null || !touches(joined, left)) continue
      const who = numberOf(id)
      if (countedIn[who] !== meetings.length) meeting.people += 1
      countedIn[who] = meetings.length
      const part = clip(joined, left)
      stays.person.push(who)
      stays.meeting.push(meetings.length)
      stays.from.push(part.from)
      stays.to.push(part.to)
    }
    meetings.push(meeting)
  }

  /** What was over in the millisecond in which it began was there all the same. */
  function endOf(began: number, ended: number | null): number {
    return Math.max(ended ?? now, began + 1)
  }

  function touches(began: number, ended: number): boolean {
    return from < until && began < until && ended > from
  }

  function clip(began: number, ended: number): { from: number; to: number } {
    return { from: Math.max(began, from), to: Math.min(ended, until) }
  }

  function numberOf(id: string): number {
    const known = people.get(id)
    if (known !== undefined) return known
    people.set(id, people.size)
    return people.size - 1
  }

  function stats(): Stats {
    const order = byPerson(stays, people.size)
    const { whole, buckets } = measure(order, starts, () => '').get('') ?? new Group(starts, until).figures()

    function figuresBy(keyOf: (meeting: Meeting) => string): Record<string, Figures> {
      const keys = [...new Set(meetings.map(keyOf))].toSorted()
      // Most have one host: a third of the work.
      if (keys.length === 1) return Object.fromEntries(keys.map((key) => [key, whole]))
      const measured = measure(order, [from], keyOf)
      return Object.fromEntries(keys.map((key) => [key, (measured.get(key) as Measured).whole]))
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

  function measure(
    order: Int32Array,
    starts: number[],
    keyOf: (meeting: Meeting) => string,
  ): Map<string, Measured> {
    const groups = new Map<string, Group>()
    const groupOf = meetings.map((meeting) => {
      const key = keyOf(meeting)
      const group = groups.get(key) ?? new Group(starts, until)
      groups.set(key, group)
      return group
    })
    for (const [index, group] of groupOf.entries()) {
      const meeting = meetings[index] as Meeting
      group.room(index, meeting.from, meeting.to)
      if (isNew(meeting)) group.created(meeting.createdAt, meeting.durationMs)
    }
    for (const stay of order) {
      const group = groupOf[stays.meeting[stay] as number] as Group
      group.person(stays.person[stay] as number, stays.from[stay] as number, stays.to[stay] as number)
    }
    return new Map([...groups].map(([key, group]) => [key, group.figures()]))
  }

  function isNew({ createdAt }: Meeting): boolean {
    return createdAt >= from
  }

  return { add, stats }
}

/** The stays of each person together, in the order in which they begin: their places in the columns. */
function byPerson({ person, from }: Stays, people: number): Int32Array {
  // Where each person's begin, and behind them all the end.
  const first = new Int32Array(people + 1)
  for (const who of person) first[who + 1] = (first[who + 1] as number) + 1
  for (let who = 0; who < people; who += 1)
    first[who + 1] = (first[who + 1] as number) + (first[who] as number)
  const order = new Int32Array(person.length)
  const next = first.slice()
  const unsorted = new Set<number>()
  for (const [stay, who] of person.entries()) {
    const place = next[who] as number
    next[who] = place + 1
    order[place] = stay
    const before = place > (first[who] as number) ? (order[place - 1] as number) : stay
    // Seldom: rooms come in the order of their creation, and stays in that of joining.
    if ((from[before] as number) > (from[stay] as number)) unsorted.add(who)
  }
  for (const who of unsorted) {
    order
      .subarray(first[who], first[who + 1])
      .sort((one, other) => (from[one] as number) - (from[other] as number))
  }
  return order
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
  return busiest.map(({ from: _from, to: _to, ...room }) => room)
}

function compare(one: BusyRoom, other: BusyRoom): number {
  return other.people - one.people || other.durationMs - one.durationMs || one.createdAt - other.createdAt
}
