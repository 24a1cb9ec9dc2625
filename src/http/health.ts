// For those who watch the server: is the process there, does the store answer, what are the numbers.
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../ops/metrics.ts'
import type { Store } from '../store/store.ts'

export function healthRoutes(
  app: FastifyInstance,
  { store, metrics }: { store: Store; metrics: Metrics },
): void {
  app.get('/healthz', { config: { access: 'open' } }, async () => ({ status: 'success', message: 'alive' }))

  app.get('/readyz', { config: { access: 'open' } }, async () => {
    await store.ready()
    return { status: 'success', message: 'the store answers' }
  })

  app.get('/metrics', { config: { access: 'read' } }, async (_, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
