// Every metric, in Prometheus' text format. Labels stay few: never a room, a JID or a session.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Hub } from '../feed/hub.ts'
import { liveOn, type Host } from '../ledger/host.ts'
import type { Store } from '../store/store.ts'

export type Metrics = {
  observe(request: FastifyRequest, reply: FastifyReply): void
  text(): Promise<string>
  contentType: string
}

/** Seconds. A commit takes about a millisecond; a client gives up after ten seconds. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

export function createMetrics(store: Store, hub: Hub): Metrics {
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

  const queue = new Gauge({
    name: 'rollcall_queue_length',
    help: 'Commands waiting for a commit.',
    registers,
  })

  const updateStreams = streamMetrics(hub, registers)
  const updateHosts = hostMetrics(store, registers)

  return {
    observe(request, reply) {
      // It lasts as long as its reader likes; streams are counted by themselves.
      if (reply.verdict === 'stream') return
      const { method } = request
      const route = request.routeOptions.url ?? 'none'
      requests.inc({ method, route, verdict: reply.verdict || `${reply.statusCode}` })
      latency.observe({ method, route }, reply.elapsedTime / 1_000)
    },
    async text() {
      queue.set(store.waiting())
      updateStreams()
      // A store that cannot be read must not hide the other numbers.
      await updateHosts().catch(() => {})
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

/** Returns what brings them up to date: the counting is done in the hub. */
function streamMetrics(hub: Hub, registers: Registry[]): () => void {
  const readers = new Gauge({
    name: 'rollcall_stream_readers',
    help: 'Event streams that are open.',
    registers,
  })
  const counter = (name: string, help: string) =>
    new Counter({ name: `rollcall_stream_${name}_total`, help, registers })
  const counters = {
    opened: counter('opened', 'Event streams that were opened.'),
    sent: counter('events', 'Events written to event streams.'),
    cutOff: counter('cut_off', 'Event streams whose reader was too slow.'),
  } satisfies Record<keyof Hub['counts'], Counter>
  return () => {
    readers.set(hub.readers)
    for (const [counted, metric] of Object.entries(counters)) {
      metric.reset()
      metric.inc(hub.counts[counted as keyof Hub['counts']])
    }
  }
}

/** Labelled by MUC host: a site has a handful of them. Returns what brings them up to date. */
function hostMetrics(store: Store, registers: Registry[]): () => Promise<void> {
  const options = ({ name, help }: HostMetric) => ({
    name: `rollcall_host_${name}`,
    help,
    labelNames: ['host'],
    registers,
  })
  const gauges = HOST_GAUGES.map((metric) => ({ ...metric, gauge: new Gauge(options(metric)) }))
  const counters = HOST_COUNTERS.map((metric) => ({ ...metric, counter: new Counter(options(metric)) }))
  const rooms = new Gauge({ name: 'rollcall_live_rooms', help: 'Rooms that have not ended.', registers })
  const occupants = new Gauge({
    name: 'rollcall_live_occupants',
    help: 'Stays that have not ended, services included.',
    registers,
  })
  return async () => {
    const hosts = await store.hosts()
    const live = liveOn(hosts)
    rooms.set(live.rooms)
    occupants.set(live.occupants)
    for (const { gauge, read } of gauges) {
      for (const host of hosts) gauge.set({ host: host.name }, read(host))
    }
    // The counting is done in the ledger, where it outlives this process.
    for (const { counter, read } of counters) {
      counter.reset()
      for (const host of hosts) counter.inc({ host: host.name }, read(host))
    }
  }
}

type HostMetric = { name: string; help: string; read: (host: Host) => number }

const HOST_GAUGES: HostMetric[] = [
  {
    name: 'last_contact_timestamp_seconds',
    help: 'When anything of the host last arrived.',
    read: ({ contactAt }) => contactAt / 1_000,
  },
  {
    name: 'lag_seconds',
    help: 'How long after it happened its last word arrived; the difference of the clocks is in it.',
    read: ({ lag }) => (lag ?? NaN) / 1_000,
  },
  {
    name: 'in_sync',
    help: '1 if its last heartbeat or snapshot agreed with the ledger, 0 if not, NaN before the first.',
    read: ({ inSync }) => (inSync === null ? NaN : Number(inSync)),
  },
  { name: 'live_rooms', help: 'Its rooms that have not ended.', read: ({ liveRooms }) => liveRooms },
  {
    name: 'live_occupants',
    help: 'Its stays that have not ended, services included.',
    read: ({ liveOccupants }) => liveOccupants,
  },
]

const HOST_COUNTERS: HostMetric[] = [
  { name: 'reports_total', help: 'Reports judged.', read: ({ received }) => received },
  {
    name: 'reports_refused_total',
    help: 'Reports whose verdict was no success.',
    read: ({ refused }) => refused,
  },
  {
    name: 'reports_late_total',
    help: 'Reports that arrived more than 30 s after what they tell of.',
    read: ({ late }) => late,
  },
  {
    name: 'repairs_total',
    help: 'Events that only a snapshot brought to light.',
    read: ({ repaired }) => repaired,
  },
]
