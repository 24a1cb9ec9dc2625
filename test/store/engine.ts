// What a contract of stores needs of an engine: databases of its own.
import type { Store } from '../../src/store/store.ts'

export type Engine = {
  name: string
  /** A database of its own, empty; `again` opens the same one after a close. */
  fresh(): { open(queueLimit?: number): Promise<Store>; again(): Promise<Store>; remove(): Promise<void> }
}

export type Using = (work: (store: Store) => Promise<unknown>) => Promise<void>

/** A fresh store for each piece of work; its database stays where the work fails. */
export function freshStores(engine: Engine): Using {
  return async (work) => {
    const database = engine.fresh()
    const store = await database.open()
    try {
      await work(store)
    } finally {
      await store.close()
    }
    await database.remove()
  }
}
