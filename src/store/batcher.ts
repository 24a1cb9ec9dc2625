// Group commit: what arrives while a commit is under way forms the next batch, one commit for all of it.
import { StoreBusy, StoreUnavailable } from './errors.ts'

export type Batcher<Item, Result> = {
  /**
   * Commits these items together, in this order. Rejects with StoreBusy at once if `limit` items wait already,
   * else with what the commit rejected with.
   */
  submit(items: Item[]): Promise<Result[]>
  /** How many items wait, those being committed left out. */
  waiting(): number
  /** Resolves when everything that was submitted has its answer; takes nothing more. */
  close(): Promise<void>
}

type Group<Item, Result> = {
  items: Item[]
  resolve: (results: Result[]) => void
  reject: (error: unknown) => void
}

/**
 * Answers every item of a batch in order, or rejects: then none of them was applied. Whoever has waited before it could
 * begin calls `more`: what has come meanwhile is added to the items, up to the size of a batch, and returned.
 */
export type Commit<Item, Result> = (items: Item[], more: () => Item[]) => Promise<Result[]>

/** No group is taken while `limit` items wait, and none is added to a batch that has reached `size`. */
export function createBatcher<Item, Result>(
  commit: Commit<Item, Result>,
  { limit, size }: { limit: number; size: number },
): Batcher<Item, Result> {
  let queue: Group<Item, Result>[] = []
  let waiting = 0
  let running = false
  let closed: (() => void) | undefined
  // One error for all that are refused between two commits: it is logged once, and making it costs the most.
  let busy: StoreBusy | undefined

  function submit(items: Item[]): Promise<Result[]> {
    if (closed) return Promise.reject(new StoreUnavailable('the store is closed'))
    if (waiting >= limit) {
      busy ??= new StoreBusy(`${limit} commands are waiting already`)
      return Promise.reject(busy)
    }
    return new Promise((resolve, reject) => {
      queue.push({ items, resolve, reject })
      waiting += items.length
      // After this turn's other sockets were read, so that they share the commit.
      if (!running) {
        running = true
        setImmediate(next)
      }
    })
  }

  function next(): void {
    const groups = take(size)
    running = groups.length > 0
    if (running) void commitGroups(groups)
    else closed?.()
  }

  function take(room: number): Group<Item, Result>[] {
    busy = undefined
    let taken = 0
    let end = 0
    while (end < queue.length && taken < room) {
      taken += queue[end]?.items.length ?? 0
      end += 1
    }
    const groups = end === queue.length ? queue : queue.slice(0, end)
    queue = end === queue.length ? [] : queue.slice(end)
    waiting -= taken
    return groups
  }

  async function commitGroups(groups: Group<Item, Result>[]): Promise<void> {
    let settle: () => void
    try {
      const items = groups.flatMap((group) => group.items)
      const results = await commit(items, () => {
        const added = take(size - items.length)
        const more = added.flatMap((group) => group.items)
        groups.push(...added)
        items.push(...more)
        return more
      })
      settle = () => resolveAll(groups, results)
    } catch (error) {
      // A defect met by one group must not take the others with it: then each gets a commit of its own.
      if (!(error instanceof StoreUnavailable) && groups.length > 1) {
        for (const group of groups) await commitAlone(group)
        return next()
      }
      settle = () => groups.forEach((group) => group.reject(error))
    }
    // The next commit starts before this one's answers are written.
    next()
    settle()
  }

  async function commitAlone(group: Group<Item, Result>): Promise<void> {
    await commit(group.items, () => []).then(group.resolve, group.reject)
  }

  return {
    submit,
    waiting: () => waiting,
    close: () =>
      new Promise((resolve) => {
        closed = resolve
        if (!running) resolve()
      }),
  }
}

function resolveAll<Item, Result>(groups: Group<Item, Result>[], results: Result[]): void {
  let begin = 0
  for (const { items, resolve } of groups) {
    resolve(results.slice(begin, begin + items.length))
    begin += items.length
  }
}
