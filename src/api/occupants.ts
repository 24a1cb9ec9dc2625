// Stays across rooms: who was where, when.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import { keyIn, STAYS } from './cursor.ts'
import { sendJson } from './json.ts'
import { listOccupants, OccupantsQuery } from './occupant-schema.ts'
import type { ReadOptions } from './options.ts'
import { timesOf } from './time.ts'

const checkStays = checker(OccupantsQuery, 'query')

export function occupantRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get(
    '/api/v1/occupants',
    { config: { access: 'read', describes: [listOccupants] } },
    async ({ query }, reply) => {
      const { cursor, limit, at, from, to, state, ...wanted } = checkStays(query)
      const until = now()
      const times = timesOf({ at, from, to }, until)
      const asked = {
        ...wanted,
        ...times,
        limit,
        after: keyIn(STAYS, cursor),
        state: state ?? (times.at === null ? 'all' : 'live'),
      }
      return sendJson(reply, await store.json('stays', asked, until))
    },
  )
}
