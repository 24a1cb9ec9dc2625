// Figures of a range of time: rooms, people, how many at once, for how long.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { bucketStarts, LENGTH, stretchesOf, type Bucket, type Stretch } from '../ledger/buckets.ts'
import type { BucketFigures, Measures } from '../ledger/figures.ts'
import type { BusyRoom, Stats } from '../ledger/stats.ts'
import type { ReadOptions } from './options.ts'
import {
  getStats,
  StatsQuery,
  type ShownBucket,
  type ShownBusyRoom,
  type ShownStats,
} from './stats-schema.ts'
import { rfc3339 } from './rfc3339.ts'
import { rangeOf } from './time.ts'

/** As many as a chart has pixels: 5 years in days, 12 weeks in hours, 33 hours in minutes. */
const MAX_BUCKETS = 2_000
const checkQuery = checker(StatsQuery, 'query')

export function statsRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get('/api/v1/stats', { config: { access: 'read', describes: [getStats] } }, async ({ query }) => {
    const { bucket, tz, host = null, kind = null, ...range } = checkQuery(query)
    const instant = now()
    const { from, to } = rangeOf(range, instant)
    const calendar = calendarOf({ from, to, bucket, tz })
    const stats = await store.stats({ from, to, now: instant, ...calendar, host, kind })
    return { from: rfc3339(from), to: rfc3339(to), bucket, tz, ...show(stats) }
  })
}

type Range = { from: number; to: number; bucket: Bucket; tz: string }

function calendarOf({ from, to, bucket, tz }: Range): { starts: number[]; clock: Stretch[] } {
  // Before the clocks of so many years are looked up.
  if ((to - from) / LENGTH[bucket] > MAX_BUCKETS) throw tooMany(bucket)
  const clock = clockOf(tz, from, to)
  const starts = bucketStarts(bucket, clock, to)
  if (starts.length > MAX_BUCKETS) throw tooMany(bucket)
  return { starts, clock }
}

function clockOf(tz: string, from: number, to: number): Stretch[] {
  try {
    return stretchesOf(tz, from, to)
  } catch (error) {
    if (error instanceof RangeError)
      throw new InvalidInput('tz must be an IANA time zone, as in Europe/Berlin')
    throw error
  }
}

function tooMany(bucket: Bucket): InvalidInput {
  return new InvalidInput(`from and to must span at most ${MAX_BUCKETS} buckets of one ${bucket}`)
}

type Asked = Pick<ShownStats, 'from' | 'to' | 'bucket' | 'tz'>

function show({
  total,
  byHost,
  byKind,
  buckets,
  lengths,
  busiest,
  ...rest
}: Stats): Omit<ShownStats, keyof Asked> {
  return {
    total: rounded(total),
    byHost: mapValues(byHost, rounded),
    byKind: mapValues(byKind, rounded),
    buckets: buckets.map(showBucket),
    ...rest,
    lengths: lengths.map(({ atLeast, rooms }) => ({ atLeastMs: atLeast, rooms })),
    busiest: busiest.map(showRoom),
  }
}

function showBucket({ start, ...measures }: BucketFigures): ShownBucket {
  return { start: rfc3339(start), ...rounded(measures) }
}

function showRoom(room: BusyRoom): ShownBusyRoom {
  return { ...room, createdAt: rfc3339(room.createdAt), endedAt: rfc3339(room.endedAt) }
}

/** A thousandth of a person is enough. */
function rounded<T extends Measures>(measures: T): T {
  return { ...measures, average: Math.round(measures.average * 1_000) / 1_000 }
}

function mapValues<T, U>(values: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}
