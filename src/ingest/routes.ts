// The endpoints of the contract on HTTP: a request becomes a command, its verdict the reply.
import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store.ts'
import { contract, type Endpoint } from './contract.ts'
import { InvalidInput } from './invalid.ts'

export type IngestOptions = {
  store: Store
  /** The clock, epoch ms. */
  now: () => number
}

export function ingestRoutes(app: FastifyInstance, options: IngestOptions): void {
  for (const endpoint of contract) addRoute(app, endpoint, options)
}

function addRoute(app: FastifyInstance, endpoint: Endpoint, { store, now }: IngestOptions): void {
  const { method, url, replies, invalid } = endpoint
  app.route({
    method,
    url,
    config: { access: 'ingest', invalid: invalid.body },
    async handler({ originalUrl, body: sent, headers }, reply) {
      const command = endpoint.understand(originalUrl, sent)
      const key = idempotencyKey(headers['idempotency-key'])
      const answer = await store.submit({ command, receivedAt: now(), key })
      if (answer === 'key-reused') throw new InvalidInput('Idempotency-Key was used for another request')
      reply.verdict = answer
      const { status, body } = replies[answer]
      return reply.code(status).header('content-type', JSON_TYPE).send(body)
    },
  })
}

const JSON_TYPE = 'application/json; charset=utf-8'
const KEY_BYTES = 255

/** A sender that lost the answer may ask again under the same key. Throws InvalidInput. */
function idempotencyKey(key: string | string[] | undefined): string | null {
  if (key === undefined) return null
  // Headers are read as latin1: a character is a byte.
  if (typeof key === 'string' && key.length >= 1 && key.length <= KEY_BYTES) return key
  throw new InvalidInput(`Idempotency-Key must be 1 to ${KEY_BYTES} bytes`)
}
