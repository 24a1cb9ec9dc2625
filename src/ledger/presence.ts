// How many people a room had: now, in all, and at most at once.
import { peakOf, type Interval } from './intervals.ts'

/** A stay of a person, who has this number. Times are epoch ms. */
export type Presence = { person: number; joinedAt: number; leftAt: number | null }

/** `occupants`: stays that go on. `people`: different ones so far. `peak`: stays at the same time, at most. */
export type Crowd = { occupants: number; people: number; peak: number }

/** `at`: what began later is left out, and what ended later goes on; null: as far as is known. */
export function crowdOf(stays: Presence[], at: number | null = null): Crowd {
  const until = at ?? Infinity
  const there = stays.filter(({ joinedAt }) => joinedAt <= until)
  return {
    occupants: there.filter(({ leftAt }) => leftAt === null || leftAt > until).length,
    people: new Set(there.map(({ person }) => person)).size,
    peak: peakOf(there.map((stay) => spanOf(stay, until))),
  }
}

/** Who left in the millisecond of coming was there all the same. */
function spanOf({ joinedAt, leftAt }: Presence, until: number): Interval {
  const goesOn = leftAt === null || leftAt > until
  return { from: joinedAt, to: goesOn ? Infinity : Math.max(leftAt, joinedAt + 1) }
}
