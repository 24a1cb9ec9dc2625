// Counts one group of rooms and the people in them: all, those of a host, those of a kind.
import { bucketOf } from './buckets.ts'
import { Census, type Counted } from './census.ts'

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

export class Group {
  readonly #starts: number[]
  readonly #until: number
  readonly #rooms: Census
  readonly #people: Census
  readonly #created: number[]
  readonly #durations: number[] = []

  /** `starts`: of the buckets. Nothing is later than `until`. */
  constructor(starts: number[], until: number) {
    this.#starts = starts
    this.#until = until
    this.#rooms = new Census(starts)
    this.#people = new Census(starts)
    this.#created = starts.map(() => 0)
  }

  created(at: number, durationMs: number): void {
    const bucket = bucketOf(this.#starts, at)
    this.#created[bucket] = (this.#created[bucket] as number) + 1
    this.#durations.push(durationMs)
  }

  /** Once for each room; see Census for the order. */
  room(room: number, from: number, to: number): void {
    this.#rooms.add(room, from, to)
  }

  /** Everyone's time in a room; see Census for the order. */
  person(person: number, from: number, to: number): void {
    this.#people.add(person, from, to)
  }

  /** Once, when all were added. */
  figures(): Measured {
    const rooms = this.#rooms.total(this.#until)
    const people = this.#people.total(this.#until)
    const whole = {
      roomsCreated: total(this.#created),
      rooms: rooms.count,
      people: people.count,
      peak: highest(people.peak),
      peakRooms: highest(rooms.peak),
      average: average(total(people.sum), this.#starts[0] as number, this.#until),
      meetingMs: total(rooms.sum),
      personMs: total(people.sum),
      durationMs: durationsOf(this.#durations),
    }
    return { whole, buckets: this.#buckets(rooms, people) }
  }

  #buckets(rooms: Counted, people: Counted): BucketFigures[] {
    return this.#starts.map((start, bucket) => {
      const of = (figures: number[]) => figures[bucket] as number
      const end = Math.min(this.#starts[bucket + 1] ?? Infinity, this.#until)
      return {
        start,
        roomsCreated: of(this.#created),
        rooms: of(rooms.countIn),
        people: of(people.countIn),
        peak: of(people.peak),
        peakRooms: of(rooms.peak),
        average: average(of(people.sum), start, end),
        meetingMs: of(rooms.sum),
        personMs: of(people.sum),
      }
    })
  }
}

function average(sum: number, from: number, to: number): number {
  return to > from ? sum / (to - from) : 0
}

function durationsOf(durations: number[]): Durations {
  const sorted = Float64Array.from(durations).sort()
  const percentile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null
  return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: percentile(1) }
}

function total(figures: number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0)
}

function highest(figures: number[]): number {
  return figures.reduce((most, figure) => Math.max(most, figure), 0)
}
