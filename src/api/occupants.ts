// Stays across rooms: who was where, when.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import { listOccupants, OccupantsQuery } from './occupant-schema.ts'
import type { ReadOptions } from './options.ts'
import { keyIn, nextIn, type List } from './page.ts'
import { showStay } from './show.ts'
import { timesOf } from './time.ts'

const checkStays = checker(OccupantsQuery, 'query')
const LIST: List = { name: 'stays', key: 'nnnn' }

export function occupantRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get(
    '/api/v1/occupants',
    { config: { access: 'read', describes: [listOccupants] } },
    async ({ query }) => {
      const { cursor, limit, at, from, to, state, ...wanted } = checkStays(query)
      const until = now()
      const times = timesOf({ at, from, to }, until)
      const page = await store.stays({
        ...wanted,
        ...times,
        limit,
        after: keyIn(LIST, cursor),
        state: state ?? (times.at === null ? 'all' : 'live'),
      })
      const occupants = page.items.map((occupant) => showStay(occupant, times.at ?? until))
      return { occupants, next: nextIn(LIST, page) }
    },
  )
}
