// The event log, page by page.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { EventRecord, Store } from '../store/store.ts'
import { EventsQuery, listEvents } from './event-schema.ts'
import { next } from './page.ts'
import { rfc3339 } from './time.ts'

const checkQuery = checker(EventsQuery, 'query')

export function eventRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/v1/events', { config: { access: 'read', describes: [listEvents] } }, async ({ query }) => {
    const { limit, cursor, after } = checkQuery(query)
    const page = await store.events({ limit, cursor: Math.max(cursor, after) })
    return { events: page.items.map(showEvent), next: next(page) }
  })
}

function showEvent(event: EventRecord) {
  return { ...event, at: rfc3339(event.at), receivedAt: rfc3339(event.receivedAt) }
}
