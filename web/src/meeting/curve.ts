// How many people were there at once, over the time of the meeting.
import type { Interval } from '../../../src/ledger/intervals.ts'

type There = { there: Interval[] }

/** In each of so many columns of the same width the most at once; a moment alone is not lost. */
export function mostIn(people: There[], { from, to }: Interval, columns: number): number[] {
  const changes = people.flatMap(({ there }) =>
    there.flatMap((time) => [
      { at: time.from, by: 1 },
      // Who left in the millisecond of coming was there in it.
      { at: Math.max(time.to, time.from + 1), by: -1 },
    ]),
  )
  changes.sort((one, other) => one.at - other.at || one.by - other.by)
  const columnOf = (at: number) =>
    Math.max(0, Math.min(columns - 1, Math.floor(((at - from) / (to - from)) * columns)))
  const most = Array.from({ length: columns }, () => 0)
  let [now, column] = [0, 0]
  for (const { at, by } of changes) {
    const here = columnOf(at)
    for (; column < here; column += 1) most[column + 1] = now
    now += by
    most[here] = Math.max(most[here] ?? 0, now)
  }
  for (column += 1; column < columns; column += 1) most[column] = now
  return most
}

/** Every instant at which somebody came or went, in order, each once. */
export function changesOf(people: There[]): number[] {
  const instants = people.flatMap(({ there }) => there.flatMap(({ from, to }) => [from, to]))
  return [...new Set(instants)].sort((one, other) => one - other)
}
