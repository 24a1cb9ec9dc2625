// The event log, page by page.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { checker } from '../ingest/check.ts'
import type { EventRecord, Store } from '../store/store.ts'
import { next, PageQuery } from './page.ts'
import { rfc3339 } from './time.ts'

const EventsQuery = Type.Object({
  ...PageQuery.properties,
  /** The seq of the last event already seen. */
  after: PageQuery.properties.cursor,
})

const checkQuery = checker(EventsQuery, 'query')

export function eventRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/v1/events', { config: { access: 'read' } }, async ({ query }) => {
    const { limit, cursor, after } = checkQuery(query)
    const page = await store.events({ limit, cursor: Math.max(cursor, after) })
    return { events: page.items.map(showEvent), next: next(page) }
  })
}

function showEvent(event: EventRecord) {
  return { ...event, at: rfc3339(event.at), receivedAt: rfc3339(event.receivedAt) }
}
