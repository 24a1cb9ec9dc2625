// For those who watch the server: is the process there, does the store answer, what are the numbers.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { json, words, type Operation } from '../operation.ts'
import type { Metrics } from '../ops/metrics.ts'
import type { Store } from '../store/store.ts'
import { RETRY_AFTER } from './answers.ts'

export function healthRoutes(
  app: FastifyInstance,
  { store, metrics }: { store: Store; metrics: Metrics },
): void {
  const config = { access: 'open' as const, describes: [getAlive] }
  app.get('/healthz', { config }, async () => ({ status: 'success', message: 'alive' }))

  app.get('/readyz', { config: { access: 'open', describes: [getReady] } }, async () => {
    await store.ready()
    return { status: 'success', message: 'the store answers' }
  })

  app.get('/metrics', { config: { access: 'read', describes: [getMetrics] } }, async (_, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}

const getAlive: Operation = {
  id: 'getAlive',
  tag: 'Server',
  summary: 'The process answers',
  answers: { 200: json('It does.', words('success', 'alive')) },
  examples: { alive: { status: 200, answer: { status: 'success', message: 'alive' } } },
}

const getReady: Operation = {
  id: 'getReady',
  tag: 'Server',
  summary: 'The store reads and writes',
  answers: {
    200: json('It does.', words('success', 'the store answers')),
    503: json(
      'It does not.',
      Type.Object({ status: Type.Literal('busy'), message: Type.String() }),
      RETRY_AFTER,
    ),
  },
  examples: { ready: { status: 200, answer: { status: 'success', message: 'the store answers' } } },
}

const getMetrics: Operation = {
  id: 'getMetrics',
  tag: 'Server',
  summary: 'Its numbers, for Prometheus',
  answers: { 200: { description: 'Text format 0.0.4.', content: { 'text/plain': Type.String() } } },
}
