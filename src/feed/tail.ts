// Follows the log: from a seq on, everything that is committed, in commit order, as it comes.
import type { EventRecord, Store } from '../store/store.ts'

/** How many events are read at once. */
const PAGE = 500
/** Looks by itself after this long, ms: a wake-up may have been lost with a connection. */
const LOOK = 5_000

export type Feed = {
  /**
   * Pages of what comes after the event with this seq, without an end; ends when the signal says so, and rejects with
   * StoreUnavailable if the log cannot be read: whoever follows may begin again after the last event they saw.
   */
  follow(after: number, signal: AbortSignal): AsyncGenerator<EventRecord[]>
}

/** One for a process: it listens to the store, and wakes those who follow. */
export function createFeed(store: Store): Feed {
  let commits = 0
  const waiting = new Set<() => void>()
  store.onAppend(() => {
    commits += 1
    for (const wake of waiting) wake()
  })

  /** Resolves when there was a commit after so many, when it is time to look, or when it is over. */
  function news(known: number, signal: AbortSignal): Promise<void> {
    if (commits > known || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, LOOK)
      signal.addEventListener('abort', wake)
      waiting.add(wake)
    })
  }

  return {
    async *follow(after, signal) {
      let seen = after
      while (!signal.aborted) {
        const known = commits
        const { items } = await store.events({ limit: PAGE, cursor: seen })
        if (items.length > 0) yield items
        seen = items.at(-1)?.seq ?? seen
        if (items.length < PAGE) await news(known, signal)
      }
    },
  }
}
