// The read side of the API.
import type { FastifyInstance } from 'fastify'
import { attendanceRoutes } from './attendance.ts'
import { clientsRoutes } from './clients.ts'
import { eventRoutes } from './events.ts'
import { hostRoutes } from './hosts.ts'
import { occupantRoutes } from './occupants.ts'
import type { ReadOptions } from './options.ts'
import { peopleRoutes } from './people.ts'
import { roomRoutes } from './rooms.ts'
import { statsRoutes } from './stats.ts'

export function readRoutes(app: FastifyInstance, options: ReadOptions): void {
  roomRoutes(app, options)
  occupantRoutes(app, options)
  peopleRoutes(app, options)
  attendanceRoutes(app, options)
  eventRoutes(app, options)
  hostRoutes(app, options)
  statsRoutes(app, options)
  clientsRoutes(app, options)
}
