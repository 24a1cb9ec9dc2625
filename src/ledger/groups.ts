// Parts of what was put in order: those of each host, those of each kind.
import type { Order } from './census.ts'

/** `keys` as they come first; `groupOf`: of each item, where its key stands in them. So equal partitions are equal numbers. */
export type Groups = { keys: string[]; groupOf: Int32Array }

export function groupsBy<T>(items: T[], keyOf: (item: T) => string): Groups {
  const numbers = new Map<string, number>()
  const groupOf = new Int32Array(items.length)
  for (const [index, item] of items.entries()) {
    const key = keyOf(item)
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    groupOf[index] = number
  }
  return { keys: [...numbers.keys()], groupOf }
}

/** The part of each of so many groups. `groupOf`: by place. */
export function split({ coming, going }: Order, groupOf: Int32Array, groups: number): Order[] {
  const sizes = new Int32Array(groups)
  for (const group of groupOf) sizes[group] = (sizes[group] as number) + 1
  const come = partsOf(coming, groupOf, sizes)
  const go = partsOf(going, groupOf, sizes)
  return come.map((coming, group) => ({ coming, going: go[group] as Int32Array }))
}

function partsOf(order: Int32Array, groupOf: Int32Array, sizes: Int32Array): Int32Array[] {
  const parts = Array.from(sizes, (size) => new Int32Array(size))
  const lengths = new Int32Array(sizes.length)
  for (const place of order) {
    const group = groupOf[place] as number
    const length = lengths[group] as number
    ;(parts[group] as Int32Array)[length] = place
    lengths[group] = length + 1
  }
  return parts
}
