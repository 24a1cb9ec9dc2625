// The figures of a range, computed the slow and obvious way: what src/ledger/stats.ts must agree with.
import { isMeeting } from '../../src/ledger/service.ts'
import type { Measures } from '../../src/ledger/figures.ts'
import type { Period, RoomSpan } from '../../src/ledger/stats.ts'

export type NaiveStay = { joinedAt: number; leftAt: number | null; person: string | null }
export type NaiveRoom = RoomSpan & { stays: NaiveStay[] }

type Interval = { who: unknown; from: number; to: number }

/** The part of the period between these two instants. */
export function naiveMeasures(all: NaiveRoom[], period: Period, start: number, end: number): Measures {
  const until = Math.min(end, Math.max(period.now, start))
  const rooms = all.filter(({ jid }) => isMeeting(jid))
  const inPart = (intervals: Interval[]) =>
    intervals.filter(({ from, to }) => start < until && from < until && to > start)
  const meetings = inPart(rooms.map((room) => interval(room, room.createdAt, room.endedAt)))
  const stays = rooms.flatMap(({ createdAt, stays }) =>
    stays.map(({ person, joinedAt, leftAt }) => interval(person, Math.max(joinedAt, createdAt), leftAt)),
  )
  const people = inPart(stays.filter(({ who }) => who !== null))
  const personMs = timeOf(people, start, until)
  return {
    roomsCreated: rooms.filter(({ createdAt }) => createdAt >= start && createdAt < until).length,
    rooms: meetings.length,
    people: new Set(people.map(({ who }) => who)).size,
    peak: peakOf(people, start, until),
    peakRooms: peakOf(meetings, start, until),
    average: until > start ? personMs / (until - start) : 0,
    meetingMs: timeOf(meetings, start, until),
    personMs,
  }

  function interval(who: unknown, from: number, to: number | null): Interval {
    return { who, from, to: Math.max(to ?? period.now, from + 1) }
  }
}

/** Looks at every instant at which anything changes. */
function peakOf(intervals: Interval[], start: number, until: number): number {
  return Math.max(0, ...instantsOf(intervals, start, until).map((instant) => presentAt(intervals, instant)))
}

function timeOf(intervals: Interval[], start: number, until: number): number {
  const instants = [...instantsOf(intervals, start, until), until]
  return instants
    .slice(0, -1)
    .map((instant, index) => presentAt(intervals, instant) * ((instants[index + 1] ?? until) - instant))
    .reduce((sum, time) => sum + time, 0)
}

function instantsOf(intervals: Interval[], start: number, until: number): number[] {
  const instants = [start, ...intervals.flatMap(({ from, to }) => [from, to])]
  return [...new Set(instants)].filter((at) => at >= start && at < until).toSorted((a, b) => a - b)
}

function presentAt(intervals: Interval[], instant: number): number {
  return new Set(intervals.filter(({ from, to }) => from <= instant && instant < to).map(({ who }) => who))
    .size
}
