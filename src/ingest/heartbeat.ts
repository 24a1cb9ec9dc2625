// A sender says that it is alive, and how much is live on it; the answer says whether the ledger agrees.
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Heartbeat } from '../ledger/command.ts'
import { json, type Operation } from '../operation.ts'
import { checker } from './check.ts'
import * as fields from './fields.ts'
import { InvalidInput } from './invalid.ts'
import { KEY_REUSED, KeyHeader, keyOf } from './key.ts'
import type { IngestOptions } from './options.ts'

const checkHeartbeat = checker(fields.Heartbeat, 'body')

const HeartbeatAnswer = Type.Object({
  status: Type.Literal('success'),
  message: Type.Literal('heartbeat received'),
  inSync: Type.Boolean({
    description: 'False: the ledger counts otherwise, or took no snapshot of this bootId yet. Then send one.',
  }),
})

const describes: Operation = {
  id: 'heartbeat',
  tag: 'Agreement',
  summary: 'The sender is alive',
  description:
    'It has so many live rooms and occupants, as far as it has told of them. From the first heartbeat on, its host has ' +
    'a lease: if it falls silent, what is live on it ends as `lost`.',
  headers: KeyHeader,
  body: fields.Heartbeat,
  answers: { 200: json('Whether the ledger agrees.', HeartbeatAnswer) },
  examples: {
    'in sync': {
      body: {
        host: 'conference.example.com',
        bootId: 'b1',
        rooms: 1,
        occupants: 1,
        at: '2026-11-22T09:15:01Z',
      },
      status: 200,
      answer: { status: 'success', message: 'heartbeat received', inSync: true },
    },
  },
}

export function heartbeatRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  const config = { access: 'ingest' as const, describes: [describes] }
  app.post('/api/v1/heartbeat', { config }, async ({ body, headers }, reply) => {
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
