// The read side of the API.
import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store.ts'
import { eventRoutes } from './events.ts'
import { roomRoutes } from './rooms.ts'

export function readRoutes(app: FastifyInstance, { store }: { store: Store }): void {
  roomRoutes(app, store)
  eventRoutes(app, store)
}
