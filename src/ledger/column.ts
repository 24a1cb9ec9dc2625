// Numbers in a row, as many as come: 8 bytes each, and none of them an object.

export class Column {
  #values = new Float64Array(1_024)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length] = value
    this.#length += 1
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#length)
  }
}
