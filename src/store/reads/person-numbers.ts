// Numbers people as they come. Their ids are compared where they lie, so that none of them becomes a string.
import { ID_LENGTH } from '../person.ts'

/** Of 32 bits; the last word of an id overlaps the one before it. */
const WORDS = 6
const LAST = ID_LENGTH - 4
/** Spreads the bits of a word over all of it (Knuth, The Art of Computer Programming, volume 3, 6.4). */
const GOLDEN = 0x9e3779b1
const FREE = -1

export class PersonNumbers {
  #size = 0
  /** The words of each id, by number. */
  #ids = new Int32Array(256 * WORDS)
  /** Numbers, at the place that the id says or behind it; at most half of it is full. */
  #places = new Int32Array(512).fill(FREE)

  /** The number of the person whose id begins here: 0 for the first, the next one for who is new. */
  of(bytes: DataView, at: number): number {
    const ids = this.#ids
    const places = this.#places
    const first = bytes.getInt32(at)
    const second = bytes.getInt32(at + 4)
    let place = this.#placeOf(first, second)
    for (; ; place = (place + 1) & (places.length - 1)) {
      const known = places[place] as number
      if (known === FREE) break
      const id = known * WORDS
      if (
        ids[id] === first &&
        ids[id + 1] === second &&
        ids[id + 2] === bytes.getInt32(at + 8) &&
        ids[id + 3] === bytes.getInt32(at + 12) &&
        ids[id + 4] === bytes.getInt32(at + 16) &&
        ids[id + 5] === bytes.getInt32(at + LAST)
      )
        return known
    }
    places[place] = this.#size
    for (let word = 0; word < WORDS; word += 1) {
      ids[this.#size * WORDS + word] = bytes.getInt32(at + Math.min(4 * word, LAST))
    }
    this.#size += 1
    if (this.#size * WORDS === ids.length) this.#grow()
    return this.#size - 1
  }

  #placeOf(first: number, second: number): number {
    const mixed = Math.imul(first ^ Math.imul(second, GOLDEN), GOLDEN)
    // The upper bits are the ones that all others have had a say in.
    return mixed >>> (Math.clz32(this.#places.length) + 1)
  }

  #grow(): void {
    const ids = new Int32Array(2 * this.#ids.length)
    ids.set(this.#ids)
    this.#ids = ids
    this.#places = new Int32Array(2 * this.#places.length).fill(FREE)
    for (let number = 0; number < this.#size; number += 1) {
      let place = this.#placeOf(ids[number * WORDS] as number, ids[number * WORDS + 1] as number)
      while (this.#places[place] !== FREE) place = (place + 1) & (this.#places.length - 1)
      this.#places[place] = number
    }
  }
}
