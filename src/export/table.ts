// A table as files know it: typed columns, rows that are made as they are written, and notes that belong to it.

/**
 * What stands in the cells of a column: `time` is a wall clock (see zone.ts), `duration` ms, `share` 0 to 1, `answer` yes
 * or no. Null is an empty cell.
 */
export type Kind = 'text' | 'time' | 'duration' | 'share' | 'number' | 'answer'
export type Cell = string | number | boolean | null

/** `width`: in characters. */
export type Column = { title: string; kind: Kind; width: number }

export type Table = {
  name: string
  columns: Column[]
  rows: Iterable<Cell[]>
  /** What is said below the table, or beside it. */
  notes: [label: string, text: string][]
}

/** Rows that become one chunk of a file. */
const CHUNK = 256

export function* chunksOf<T>(items: Iterable<T>): Generator<T[]> {
  let chunk: T[] = []
  for (const item of items) {
    chunk.push(item)
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/** `1:02:03`; hours go on beyond 24. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
