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

export class Crowd {
  readonly #starts: number[]
  readonly #from: number[] = []
  readonly #to: number[] = []
  /** By how many each bucket has more than the one before. */
  readonly #more: number[]
  #count = 0
  #one = -1
  /** The presence of this one that later times may still prolong. */
  #open = { from: 0, to: 0 }
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
    if (one === this.#one && from <= this.#open.to) {
      this.#open.to = Math.max(this.#open.to, to)
      return
    }
    this.#close()
    if (one !== this.#one) {
      this.#count += 1
      this.#one = one
      this.#seen = -1
    }
    this.#open = { from, to }
  }

  /** Once, when all were added. `until`: nobody was there later. */
  total(until: number): Counted {
    this.#close()
    let there = 0
    const countIn = this.#starts.map((_, bucket) => (there += this.#more[bucket] as number))
    return { count: this.#count, countIn, ...sweep(this.#from, this.#to, this.#starts, until) }
  }

  #close(): void {
    if (this.#one === -1) return
    const { from, to } = this.#open
    this.#from.push(from)
    this.#to.push(to)
    const first = Math.max(bucketOf(this.#starts, from), this.#seen + 1)
    const last = bucketOf(this.#starts, to - 1)
    if (first > last) return
    this.#add(first, 1)
    this.#add(last + 1, -1)
    this.#seen = last
  }

  #add(bucket: number, by: number): void {
    this.#more[bucket] = (this.#more[bucket] as number) + by
  }
}
