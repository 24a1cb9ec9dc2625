// The event log: page by page, or as a stream, from anywhere, all of it or what fits.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { checker } from '../ingest/check.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { EVENT_TYPES, type EventType } from '../ledger/event.ts'
import type { EventFilter } from '../store/store.ts'
import { prefers } from './accept.ts'
import { sendJson } from './json.ts'
import { EventsQuery, listEvents } from './event-schema.ts'
import type { ReadOptions } from './options.ts'
import { streamEvents } from './stream.ts'

const checkQuery = checker(EventsQuery, 'query')

export function eventRoutes(app: FastifyInstance, { store, now, stream }: ReadOptions): void {
  // Or the server would wait for streams that never end by themselves.
  app.addHook('preClose', (done) => {
    stream.hub.close()
    done()
  })

  app.get(
    '/api/v1/events',
    { config: { access: 'read', describes: [listEvents] } },
    async (request, reply) => {
      const query = checkQuery(request.query)
      const filter = filterOf(query)
      const after = seenIn(query)
      reply.header('vary', 'accept')
      if (wantsStream(request)) {
        return streamEvents(request, reply, stream, { after: lastEventId(request) ?? after, filter })
      }
      const asked = { limit: query.limit, cursor: after ?? 0, filter }
      return sendJson(reply, await store.json('events', asked, now()))
    },
  )
}

function seenIn({ cursor, after }: Static<typeof EventsQuery>): number | undefined {
  return cursor === undefined && after === undefined ? undefined : Math.max(cursor ?? 0, after ?? 0)
}

function filterOf({ session, room, host, type }: Static<typeof EventsQuery>): EventFilter {
  return { session: session ?? null, roomJid: room ?? null, host: host ?? null, types: typesOf(type) }
}

/** In one order, whatever was sent: who wants the same is served together. */
function typesOf(type: string | string[] | undefined): EventType[] | null {
  if (type === undefined) return null
  const names = [type].flat().flatMap((some) => some.split(','))
  const unknown = names.some((name) => !EVENT_TYPES.some((known) => known === name))
  if (unknown) throw new InvalidInput(`type must be of ${EVENT_TYPES.join(', ')}`)
  return EVENT_TYPES.filter((known) => names.includes(known))
}

/** HEAD is asked for what a page would say. */
function wantsStream({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && prefers(headers.accept, 'text/event-stream', 'application/json')
}

/** What a browser sends by itself when it comes back; it knows better than the address, which stays the same. */
function lastEventId({ headers }: FastifyRequest): number | undefined {
  const id = headers['last-event-id']
  if (id === undefined || id === '') return undefined
  const seq = typeof id === 'string' && /^\d{1,16}$/.test(id) ? Number(id) : NaN
  if (Number.isSafeInteger(seq)) return seq
  throw new InvalidInput('Last-Event-ID must be the id of an event')
}
