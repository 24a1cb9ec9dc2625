// What every way in needs.
import type { Store } from '../store/store.ts'

export type IngestOptions = {
  store: Store
  /** The clock, epoch ms. */
  now: () => number
}
