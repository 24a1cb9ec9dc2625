// How many people a room had: now, in all, and at most at once. Components of Jitsi are no people.

/** `person`: who it was; null for a component of Jitsi. Times are epoch ms. */
export type Presence = { joinedAt: number; leftAt: number | null; person: string | null }

/** `occupants`: stays that go on. `people`: different ones so far. `peak`: stays at the same time, at most. */
export type Crowd = { occupants: number; people: number; peak: number }

/** `at`: what began later is left out, and what ended later goes on; null: as far as is known. */
export function crowdOf(stays: Presence[], at: number | null = null): Crowd {
  const until = at ?? Infinity
  const there = stays.filter(({ person, joinedAt }) => person !== null && joinedAt <= until)
  return {
    occupants: there.filter(({ leftAt }) => leftAt === null || leftAt > until).length,
    people: new Set(there.map(({ person }) => person)).size,
    peak: peakOf(there, until),
  }
}

/** Sweeps over the comings and goings; who comes when another goes was not there together with them. */
function peakOf(stays: Presence[], until: number): number {
  const changes = stays.flatMap(({ joinedAt, leftAt }) => [
    { at: joinedAt, by: 1 },
    // Who left in the millisecond of coming was there all the same.
    ...(leftAt === null || leftAt > until ? [] : [{ at: Math.max(leftAt, joinedAt + 1), by: -1 }]),
  ])
  let peak = 0
  let now = 0
  for (const { by } of changes.toSorted((one, other) => one.at - other.at || one.by - other.by)) {
    now += by
    peak = Math.max(peak, now)
  }
  return peak
}
