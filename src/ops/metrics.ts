// Every metric, in Prometheus' text format. Labels stay few: never a room, a JID or a session.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Store } from '../store/store.ts'

export type Metrics = {
  observe(request: FastifyRequest, reply: FastifyReply): void
  text(): Promise<string>
  contentType: string
}

/** Seconds. A commit takes about a millisecond; a client gives up after ten seconds. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

export function createMetrics(store: Store): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Counter({
    name: 'rollcall_requests_total',
    help: 'Requests answered, by method, route and verdict.',
    labelNames: ['method', 'route', 'verdict'],
    registers,
  })
  const latency = new Histogram({
    name: 'rollcall_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route'],
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const batches = new Histogram({
    name: 'rollcall_batch_size',
    help: 'Commands in one commit.',
    buckets: BATCH_BUCKETS,
    registers,
  })
  store.onCommit((size) => batches.observe(size))

  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('rollcall_queue_length', 'Commands waiting for a commit.', () => store.gauges().queued)
  gauge('rollcall_live_rooms', 'Rooms that have not ended.', () => store.gauges().liveRooms)
  gauge(
    'rollcall_live_occupants',
    'Stays that have not ended, services included.',
    () => store.gauges().liveOccupants,
  )

  return {
    observe(request, reply) {
      const { method } = request
      const route = request.routeOptions.url ?? 'none'
      requests.inc({ method, route, verdict: reply.verdict || `${reply.statusCode}` })
      latency.observe({ method, route }, reply.elapsedTime / 1_000)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
