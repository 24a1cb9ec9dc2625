// The event log, page by page.
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { EventRecord, Store } from '../store/store.ts'
import { next, PageQuery } from './page.ts'
import { rfc3339 } from './time.ts'

const EventsQuery = Type.Object({
  ...PageQuery.properties,
  /** The seq of the last event already seen. */
  after: PageQuery.properties.cursor,
})

export function eventRoutes(app: FastifyInstance, store: Store): void {
  app.get<{ Querystring: Static<typeof EventsQuery> }>(
    '/api/v1/events',
    { config: { access: 'read' }, schema: { querystring: EventsQuery } },
    async ({ query: { limit, cursor, after } }) => {
      const page = await store.events({ limit, cursor: Math.max(cursor, after) })
      return { events: page.items.map(showEvent), next: next(page) }
    },
  )
}

function showEvent(event: EventRecord) {
  return { ...event, at: rfc3339(event.at), receivedAt: rfc3339(event.receivedAt) }
}
