// The four calls of the Prosody plugin event_sync, so that a site that runs it needs only another api_prefix.
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { isMeeting } from '../ledger/service.ts'
import { describe } from './event-sync-described.ts'
import { MESSAGES, understand, type Message } from './event-sync-fields.ts'
import { InvalidInput } from './invalid.ts'
import type { IngestOptions } from './options.ts'

/** Of everyone who was ever in the room: some 20,000 entries of 200 bytes. */
const BODY_LIMIT = 4 * 1024 * 1024

export function eventSyncRoutes(app: FastifyInstance, options: IngestOptions): void {
  for (const message of MESSAGES) addRoute(app, message, options)
}

function addRoute(app: FastifyInstance, message: Message, { store, now }: IngestOptions): void {
  const url = `/event-sync/events/${message}`
  app.route({
    method: 'POST',
    url,
    bodyLimit: BODY_LIMIT,
    config: { access: 'ingest', describes: [describe(message)] },
    async handler({ body, log }, reply) {
      const { command, leftOut } = understand(message, body)
      if (!isMeeting(command.jid)) return ignored(reply, 'this room is no meeting')
      const answer = await store.submit({ command, receivedAt: now(), key: null })
      if (answer === 'told-otherwise') return ignored(reply, 'another sender reports this meeting')
      reply.verdict = 'success'
      if (leftOut === 0) return { status: 'success', message: 'event taken' }
      const reason = `all_occupants has ${leftOut} entries that cannot be used`
      warn(log, url, reason)
      return { status: 'success', message: `event taken; ${reason}` }
    },
    /** The plugin repeats what is answered with 500 and more. What repeating cannot improve is a 200. */
    errorHandler(error, { log }, reply) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      warn(log, url, reason)
      void reply.send(ignored(reply, reason))
    },
  })
}

function ignored(reply: FastifyReply, reason: string): { status: string; message: string } {
  reply.verdict = 'ignored'
  // A body that is too large is read to its end, on a connection that stays open.
  reply.code(200).removeHeader('connection')
  return { status: 'ignored', message: reason }
}

function warn(log: FastifyBaseLogger, route: string, reason: string): void {
  log.warn({ route, reason }, 'event of event_sync without use')
}

/** What was wrong with the request itself; undefined for what may be another time. */
function reasonOf(error: FastifyError): string | undefined {
  if (error instanceof InvalidInput) return error.message
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'the body is larger than 4 MiB'
  if (error.statusCode === 415) return 'the body must be sent as content-type: application/json'
  return undefined
}
