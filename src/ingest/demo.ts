// Removes the demo. Who may write may do that: nothing else can be reached from here.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { DEMO_HOST } from '../ledger/demo.ts'
import { json, type Operation } from '../operation.ts'
import type { IngestOptions } from './options.ts'

const Count = Type.Integer({ minimum: 0 })
const removeDemo: Operation = {
  id: 'removeDemo',
  tag: 'Dashboard',
  summary: 'Remove the demo',
  description: `Deletes what \`rollcall simulate\` has written: all that belongs to the MUC host \`${DEMO_HOST}\`.`,
  answers: {
    200: json(
      'It is gone.',
      Type.Object({
        status: Type.Literal('success'),
        message: Type.Literal('the demo is gone'),
        rooms: Count,
        stays: Count,
        events: Count,
      }),
    ),
  },
  examples: {
    'there was none': {
      status: 200,
      answer: { status: 'success', message: 'the demo is gone', rooms: 0, stays: 0, events: 0 },
    },
  },
}

export function demoRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.delete(
    '/api/v1/demo',
    { config: { access: 'ingest', describes: [removeDemo] } },
    async ({ log }, reply) => {
      // First an end for all that is live: who follows the log hears of it as of any other end.
      await store.submit({
        command: { type: 'sync', host: DEMO_HOST, bootId: 'removed', at: null, rooms: [] },
        receivedAt: now(),
        key: null,
      })
      const removed = await store.removeDemo()
      reply.verdict = 'success'
      log.info(removed, 'demo removed')
      return { status: 'success', message: 'the demo is gone', ...removed }
    },
  )
}
