// Who was there and how many at once, in all and in each bucket: people or rooms, each of them once at any instant.
import { bucketOf } from './buckets.ts'
import { orderOf } from './sort.ts'
import { sweep } from './sweep.ts'

/** Column by column: number `who` was there from `from` to `to`, which is later. */
export type Presences = { who: Int32Array; from: Float64Array; to: Float64Array }

/** Places in those columns: in the order in which they begin, and in that in which they end. */
export type Order = { coming: Int32Array; going: Int32Array }

export type Counted = {
  /** Different ones in all, and in each bucket. */
  count: number
  countIn: number[]
  /** At once, at most, in each bucket. */
  peak: number[]
  /** The time that they were there, in each bucket, ms. */
  sum: number[]
}

const NONE = -1

/** Puts all in order once and counts any part of them: about 0.05 µs for each in it. */
export class Census {
  readonly order: Order
  readonly #presences: Presences
  /** What a count needs, by number and by place; it leaves them as they were. */
  readonly #latest: Int32Array
  readonly #ends: Uint8Array

  /** `size`: every `who` is less. */
  constructor(presences: Presences, size: number) {
    this.#presences = presences
    this.order = { coming: orderOf(presences.from), going: orderOf(presences.to) }
    this.#latest = new Int32Array(size).fill(NONE)
    this.#ends = new Uint8Array(presences.who.length)
  }

  /**
   * Counts what is in this part of `order`. What overlaps of one becomes one: two devices of a person are one person.
   * `starts`: of the buckets, the first no later than anything in it. `until`: nobody was there later.
   */
  count({ coming, going }: Order, starts: number[], until: number): Counted {
    const { who, from, to } = this.#presences
    const latest = this.#latest
    // Of what was merged: when it begins, the place with which it ends, and the last bucket in which its one was counted.
    const begins = new Float64Array(coming.length)
    const last = new Int32Array(coming.length)
    const seen = new Int32Array(coming.length)
    /** By how many each bucket has more than the one before. */
    const more = new Int32Array(starts.length + 1)
    let [merged, count, bucket] = [0, 0, 0]
    for (let index = 0; index < coming.length; index += 1) {
      const place = coming[index] as number
      const one = who[place] as number
      const begin = from[place] as number
      const end = to[place] as number
      while ((starts[bucket + 1] ?? Infinity) <= begin) bucket += 1
      const until = bucketOf(starts, end - 1)
      const before = latest[one] as number
      const counted = before === NONE ? NONE : (seen[before] as number)
      const first = Math.max(bucket, counted + 1)
      if (first <= until) {
        more[first] = (more[first] as number) + 1
        more[until + 1] = (more[until + 1] as number) - 1
      }
      const ending = before === NONE ? -Infinity : (to[last[before] as number] as number)
      if (begin <= ending) {
        if (end > ending) last[before] = place
        seen[before] = Math.max(counted, until)
        continue
      }
      if (before === NONE) count += 1
      begins[merged] = begin
      last[merged] = place
      seen[merged] = Math.max(counted, until)
      latest[one] = merged
      merged += 1
    }
    for (const place of coming) latest[who[place] as number] = NONE
    const swept = sweep(
      begins.subarray(0, merged),
      this.#endsOf(last.subarray(0, merged), going),
      starts,
      until,
    )
    let there = 0
    const countIn = starts.map((_, index) => (there += more[index] as number))
    return { count, countIn, ...swept }
  }

  /** When these end, in ascending order. */
  #endsOf(places: Int32Array, going: Int32Array): Float64Array {
    const { to } = this.#presences
    const isEnd = this.#ends
    for (const place of places) isEnd[place] = 1
    const ends = new Float64Array(places.length)
    let length = 0
    for (const place of going) {
      if (isEnd[place] === 0) continue
      isEnd[place] = 0
      ends[length] = to[place] as number
      length += 1
    }
    return ends
  }
}
