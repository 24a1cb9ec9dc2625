// So many at a time, the others in order of arrival.

/** Runs `work` when it is its turn, and gives back what it gives. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export function createTurns(places: number): Turns {
  const waiting: (() => void)[] = []
  let free = places
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
