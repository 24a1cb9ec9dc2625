// What is said of a group of rooms and the people in them: all, those of a host, those of a kind.
import { bucketOf } from './buckets.ts'
import type { Counted } from './census.ts'

/** What can be said of any part of a range. Times are ms. */
export type Measures = {
  roomsCreated: number
  /** Different ones that were there at any time of that part. */
  rooms: number
  people: number
  /** People at once, at most; the same person on two devices or in two rooms is one. */
  peak: number
  /** Rooms at once, at most. */
  peakRooms: number
  /** People at once, on average over that part, as far as it has passed. */
  average: number
  /** The time of all meetings, and that of all people, that lies in that part. */
  meetingMs: number
  personMs: number
}

/** Of rooms created in the range, from creation to end, by nearest rank; null where there were none. */
export type Durations = Record<'p50' | 'p90' | 'p99' | 'max', number | null>

export type Figures = Measures & { durationMs: Durations }
/** `start`: epoch ms. */
export type BucketFigures = { start: number } & Measures
export type Measured = { whole: Figures; buckets: BucketFigures[] }

/** `created`: the rooms that were created in the range. */
type Parts = {
  rooms: Counted
  people: Counted
  created: { createdAt: number; durationMs: number }[]
  starts: number[]
  until: number
}

/** `starts`: of the buckets. Nothing is later than `until`. */
export function figuresOf({ rooms, people, created, starts, until }: Parts): Measured {
  const createdIn = starts.map(() => 0)
  for (const { createdAt } of created) {
    const bucket = bucketOf(starts, createdAt)
    createdIn[bucket] = (createdIn[bucket] as number) + 1
  }
  const whole = {
    roomsCreated: created.length,
    rooms: rooms.count,
    people: people.count,
    peak: highest(people.peak),
    peakRooms: highest(rooms.peak),
    average: average(total(people.sum), starts[0] as number, until),
    meetingMs: total(rooms.sum),
    personMs: total(people.sum),
    durationMs: durationsOf(created.map(({ durationMs }) => durationMs)),
  }
  const buckets = starts.map((start, bucket) => {
    const of = (figures: number[]) => figures[bucket] as number
    const end = Math.min(starts[bucket + 1] ?? Infinity, until)
    return {
      start,
      roomsCreated: of(createdIn),
      rooms: of(rooms.countIn),
      people: of(people.countIn),
      peak: of(people.peak),
      peakRooms: of(rooms.peak),
      average: average(of(people.sum), start, end),
      meetingMs: of(rooms.sum),
      personMs: of(people.sum),
    }
  })
  return { whole, buckets }
}

function average(sum: number, from: number, to: number): number {
  return to > from ? sum / (to - from) : 0
}

function durationsOf(durations: number[]): Durations {
  const sorted = new Float64Array(durations).sort()
  const percentile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null
  return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: percentile(1) }
}

function total(figures: number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0)
}

function highest(figures: number[]): number {
  return figures.reduce((most, figure) => Math.max(most, figure), 0)
}
