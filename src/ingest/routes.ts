// The endpoints of the contract on HTTP: a request becomes a command, its verdict the reply.
import type { FastifyInstance } from 'fastify'
import type { IngestOptions } from './options.ts'
import { contract, type Endpoint } from './contract.ts'
import { describe } from './described.ts'
import { batchRoute } from './batch.ts'
import { eventSyncRoutes } from './event-sync.ts'
import { demoRoute } from './demo.ts'
import { heartbeatRoute } from './heartbeat.ts'
import { KEY_REUSED, keyOf } from './key.ts'
import { syncRoute } from './sync.ts'
import { InvalidInput } from './invalid.ts'

export function ingestRoutes(app: FastifyInstance, options: IngestOptions): void {
  for (const endpoint of contract) addRoute(app, endpoint, options)
  batchRoute(app, options)
  heartbeatRoute(app, options)
  syncRoute(app, options)
  eventSyncRoutes(app, options)
  demoRoute(app, options)
}

function addRoute(app: FastifyInstance, endpoint: Endpoint, { store, now }: IngestOptions): void {
  const { method, url, replies, invalid } = endpoint
  app.route({
    method,
    url,
    config: { access: 'ingest', invalid: invalid.body, describes: [describe(endpoint)] },
    async handler({ originalUrl, body: sent, headers }, reply) {
      const command = endpoint.understand(originalUrl, sent)
      const key = keyOf(headers)
      const answer = await store.submit({ command, receivedAt: now(), key })
      if (answer === 'key-reused') throw new InvalidInput(KEY_REUSED)
      reply.verdict = answer
      const { status, body } = replies[answer]
      return reply.code(status).type('application/json; charset=utf-8').send(body)
    },
  })
}
