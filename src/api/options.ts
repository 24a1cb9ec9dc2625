// What every read needs.
import type { Store } from '../store/store.ts'
import type { Reports } from './reports.ts'
import type { StreamOptions } from './stream.ts'

export type ReadOptions = {
  store: Store
  /** The clock, epoch ms. */
  now: () => number
  /** How long a host may be quiet before it is shown as silent, ms. */
  lease: number
  stream: StreamOptions
  reports: Reports
}
