// Group commit: what arrives while a commit is under way forms the next batch, one commit for all of it.
import { StoreBusy, StoreUnavailable } from './errors.ts'

export type Batcher<Item, Result> = {
  /** Rejects with StoreBusy at once if `limit` items wait already, else with what the commit rejected with. */
  submit(item: Item): Promise<Result>
  /** How many wait, those being committed left out. */
  waiting(): number
  /** Resolves when everything that was submitted has its answer; takes nothing more. */
  close(): Promise<void>
}

type Waiting<Item, Result> = {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * `commit` answers every item of a batch in order, or rejects: then none of them was applied.
 * At most `limit` items wait; at most `size` go into a batch.
 */
export function createBatcher<Item, Result>(
  commit: (items: Item[]) => Promise<Result[]>,
  { limit, size }: { limit: number; size: number },
): Batcher<Item, Result> {
  let queue: Waiting<Item, Result>[] = []
  let running = false
  let closed: (() => void) | undefined
  // One error for all that are refused between two commits: it is logged once, and making it costs the most.
  let busy: StoreBusy | undefined

  function submit(item: Item): Promise<Result> {
    if (closed) return Promise.reject(new StoreUnavailable('the store is closed'))
    if (queue.length >= limit) {
      busy ??= new StoreBusy(`${limit} commands are waiting already`)
      return Promise.reject(busy)
    }
    return new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject })
      // After this turn's other sockets were read, so that they share the commit.
      if (!running) {
        running = true
        setImmediate(next)
      }
    })
  }

  function next(): void {
    const batch = queue.length > size ? queue.splice(0, size) : queue
    if (batch === queue) queue = []
    busy = undefined
    running = batch.length > 0
    if (!running) return closed?.()
    void commitAll(batch.map((waiting) => waiting.item)).then((results) => {
      next()
      batch.forEach((waiting, index) => settle(waiting, results[index] as PromiseSettledResult<Result>))
    })
  }

  /** A defect met by one item must not take the others with it: then each gets a commit of its own. */
  async function commitAll(items: Item[]): Promise<PromiseSettledResult<Result>[]> {
    try {
      const results = await commit(items)
      return results.map((value) => ({ status: 'fulfilled', value }))
    } catch (reason) {
      if (reason instanceof StoreUnavailable || items.length === 1) {
        return items.map(() => ({ status: 'rejected', reason }))
      }
      const results: PromiseSettledResult<Result>[] = []
      for (const item of items) results.push(...(await commitAll([item])))
      return results
    }
  }

  return {
    submit,
    waiting: () => queue.length,
    close: () =>
      new Promise((resolve) => {
        closed = resolve
        if (!running) resolve()
      }),
  }
}

function settle<Item, Result>(waiting: Waiting<Item, Result>, result: PromiseSettledResult<Result>): void {
  if (result.status === 'fulfilled') waiting.resolve(result.value)
  else waiting.reject(result.reason)
}
