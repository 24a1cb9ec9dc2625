// Removes the demo. Who may write may do that: nothing else can be reached from here.
import type { FastifyInstance } from 'fastify'
import { DEMO_HOST } from '../ledger/demo.ts'
import type { IngestOptions } from './options.ts'

export function demoRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.delete('/api/v1/demo', { config: { access: 'ingest' } }, async ({ log }, reply) => {
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
  })
}
