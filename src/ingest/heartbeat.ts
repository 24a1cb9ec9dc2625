// A sender says that it is alive, and how much is live on it; the answer says whether the ledger agrees.
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Heartbeat } from '../ledger/command.ts'
import { checker } from './check.ts'
import * as fields from './fields.ts'
import { InvalidInput } from './invalid.ts'
import { KEY_REUSED, keyOf } from './key.ts'
import type { IngestOptions } from './options.ts'

const checkHeartbeat = checker(fields.Heartbeat, 'body')

export function heartbeatRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.post('/api/v1/heartbeat', { config: { access: 'ingest' } }, async ({ body, headers }, reply) => {
    const command = understand(checkHeartbeat(body))
    const answer = await store.submit({ command, receivedAt: now(), key: keyOf(headers) })
    if (answer === 'key-reused') throw new InvalidInput(KEY_REUSED)
    reply.verdict = answer.inSync ? 'in-sync' : 'out-of-sync'
    return { status: 'success', message: 'heartbeat received', inSync: answer.inSync }
  })
}

function understand({ host, bootId, rooms, occupants, at }: Static<typeof fields.Heartbeat>): Heartbeat {
  return { type: 'heartbeat', host, bootId, rooms, occupants, at: fields.instant(at) }
}
