// The read side of the API.
import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store.ts'
import { eventRoutes } from './events.ts'
import { hostRoutes } from './hosts.ts'
import { roomRoutes } from './rooms.ts'

export type ReadOptions = {
  store: Store
  /** The clock, epoch ms. */
  now: () => number
  /** How long a host may be quiet before it is shown as silent, ms. */
  lease: number
}

export function readRoutes(app: FastifyInstance, options: ReadOptions): void {
  roomRoutes(app, options.store)
  eventRoutes(app, options.store)
  hostRoutes(app, options)
}
