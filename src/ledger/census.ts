// Who was there and how many at once, in all and in each bucket: people or rooms, each of them once at any instant.
import { bucketOf } from './buckets.ts'
import { sweep } from './sweep.ts'

export type Counted = {
  /** Different ones in all, and in each bucket. */
  count: number
  countIn: number[]
  /** At once, at most, in each bucket. */
  peak: number[]
  /** The time that they were there, in each bucket, ms. */
  sum: number[]
}

export class Census {
  readonly #starts: number[]
  readonly #from: number[] = []
  readonly #to: number[] = []
  /** By how many each bucket has more than the one before. */
  readonly #more: number[]
  #count = 0
  #one = -1
  /** The last bucket in which this one was counted. */
  #seen = -1

  /** `starts`: of the buckets, the first no later than anything that is added. */
  constructor(starts: number[]) {
    this.#starts = starts
    this.#more = [...starts, 0].map(() => 0)
  }

  /**
   * `one` was there from `from` to `to`, which is later. All times of one come together, in the order of their
   * beginning. Those that overlap become one: two devices of a person are one person.
   */
  add(one: number, from: number, to: number): void {
    const last = this.#to.length - 1
    const until = this.#to[last] as number
    if (one === this.#one && from <= until) {
      if (to > until) this.#to[last] = to
    } else {
      this.#from.push(from)
      this.#to.push(to)
    }
    if (one !== this.#one) {
      this.#one = one
      this.#count += 1
      this.#seen = -1
    }
    this.#see(bucketOf(this.#starts, from), bucketOf(this.#starts, to - 1))
  }

  /** Once, when all were added. `until`: nobody was there later. */
  total(until: number): Counted {
    let there = 0
    const countIn = this.#starts.map((_, bucket) => (there += this.#more[bucket] as number))
    return { count: this.#count, countIn, ...sweep(this.#from, this.#to, this.#starts, until) }
  }

  #see(from: number, to: number): void {
    const first = Math.max(from, this.#seen + 1)
    if (first > to) return
    this.#more[first] = (this.#more[first] as number) + 1
    this.#more[to + 1] = (this.#more[to + 1] as number) - 1
    this.#seen = to
  }
}
