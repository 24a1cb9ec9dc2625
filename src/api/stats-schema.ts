// Figures of a range: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { Host } from '../ingest/fields.ts'
import { LENGTH, type Bucket } from '../ledger/buckets.ts'
import type { Kind } from '../ledger/command.ts'
import { json, orNull, type Operation } from '../operation.ts'
import { instant, queryOf, Wanted } from './query.ts'
import { Duration, Time } from './time.ts'

const BUCKETS = Object.keys(LENGTH) as Bucket[]

/** The longest name of a zone has 32 characters. */
const TZ_BYTES = 64

export const StatsQuery = queryOf({
  from: instant('Where the range begins; without it, 24 hours before its end.'),
  to: instant('Where it ends, itself not included; without it, now.'),
  bucket: Type.Unsafe<Bucket>({ enum: BUCKETS, default: 'hour', description: 'At most 2000 of them.' }),
  tz: Type.String({
    minLength: 1,
    maxBytes: TZ_BYTES,
    default: 'UTC',
    description: 'An IANA time zone, such as `Europe/Berlin`.',
  }),
  host: Type.Optional(Type.String({ ...Host, description: 'Rooms of this MUC host only.' })),
  kind: Wanted.kind,
})

const count = (description: string) => Type.Integer({ minimum: 0, description })
const Measures = {
  roomsCreated: count('Rooms created in it.'),
  rooms: count('Different ones that were there at any time of it.'),
  people: count('Different persons.'),
  peak: count('People at once, at most.'),
  peakRooms: count('Rooms at once, at most.'),
  average: Type.Number({ minimum: 0, description: 'People at once, on average.' }),
  meetingMs: Duration,
  personMs: Duration,
}
const percentile = orNull(Duration)
const Figures = Type.Object(
  {
    ...Measures,
    durationMs: Type.Object(
      { p50: percentile, p90: percentile, p99: percentile, max: percentile },
      { description: 'Of the rooms created in it, by nearest rank; null without rooms.' },
    ),
  },
  { title: 'Figures' },
)
const BucketFigures = Type.Object({ start: Time, ...Measures }, { title: 'BucketFigures' })
const BusyRoom = Type.Object(
  {
    session: Type.String(),
    name: Type.String(),
    jid: Type.String(),
    host: Type.String(),
    kind: orNull(Type.Unsafe<Kind>({ enum: ['conference', 'breakout', 'lobby'] })),
    createdAt: Time,
    endedAt: orNull(Time),
    people: count('Different persons in the range.'),
    durationMs: Duration,
  },
  { title: 'BusyRoom' },
)
const Stats = Type.Object(
  {
    from: Time,
    to: Time,
    bucket: Type.Unsafe<Bucket>({ enum: BUCKETS }),
    tz: Type.String(),
    total: Figures,
    byHost: Type.Record(Type.String(), Figures),
    byKind: Type.Record(Type.String(), Figures),
    buckets: Type.Array(BucketFigures),
    week: Type.Array(Type.Array(Type.Integer({ minimum: 0 })), {
      description: 'Rooms created, by weekday (seven lists, Monday first) and hour (24 each) of the zone.',
    }),
    lengths: Type.Array(
      Type.Object(
        { atLeastMs: Duration, rooms: count('Less long than those of the next one.') },
        { title: 'Length' },
      ),
      { description: 'Rooms created, by how long they lasted, the shortest first.' },
    ),
    busiest: Type.Array(BusyRoom, { description: 'The ten rooms with the most people in the range.' }),
  },
  { title: 'Stats', description: 'What happened in a range of time.' },
)

export type ShownStats = Static<typeof Stats>
export type ShownBucket = Static<typeof BucketFigures>
export type ShownBusyRoom = Static<typeof BusyRoom>

const measures = {
  roomsCreated: 2,
  rooms: 2,
  people: 1,
  peak: 1,
  peakRooms: 2,
  average: 0.033,
  meetingMs: 9_000_000,
  personMs: 1_195_000,
}
const figures = {
  ...measures,
  durationMs: { p50: 1_800_000, p90: 7_200_000, p99: 7_200_000, max: 7_200_000 },
}
const MINUTE = 60_000
const hours = Array.from({ length: 24 }, (_, hour) => hour)

export const getStats: Operation = {
  id: 'getStats',
  tag: 'Rooms',
  summary: 'Figures of a range of time',
  description: 'Services are no people and health checks no meetings: neither counts.',
  query: StatsQuery,
  answers: { 200: json('The figures.', Stats) },
  examples: {
    day: {
      query: { from: '2026-11-22T00:00:00Z', bucket: 'day', kind: 'unknown' },
      status: 200,
      answer: {
        from: '2026-11-22T00:00:00.000Z',
        to: '2026-11-22T10:00:00.000Z',
        bucket: 'day',
        tz: 'UTC',
        total: figures,
        byHost: { 'conference.example.com': figures },
        byKind: { unknown: figures },
        buckets: [{ start: '2026-11-22T00:00:00.000Z', ...measures }],
        week: [1, 2, 3, 4, 5, 6, 7].map((day) =>
          hours.map((hour) => (day === 7 && [8, 9].includes(hour) ? 1 : 0)),
        ),
        lengths: [0, 1, 5, 15, 30, 45, 60, 90, 120, 180, 240, 480].map((minutes) => ({
          atLeastMs: minutes * MINUTE,
          rooms: minutes === 30 || minutes === 120 ? 1 : 0,
        })),
        busiest: [
          {
            session: 's1',
            name: 'daily',
            jid: 'daily@conference.example.com',
            host: 'conference.example.com',
            kind: null,
            createdAt: '2026-11-22T09:00:00.000Z',
            endedAt: '2026-11-22T09:30:00.000Z',
            people: 1,
            durationMs: 1_800_000,
          },
          {
            session: 'w1',
            name: 'weekly',
            jid: 'weekly@conference.example.com',
            host: 'conference.example.com',
            kind: null,
            createdAt: '2026-11-22T08:00:00.000Z',
            endedAt: '2026-11-22T10:00:00.000Z',
            people: 0,
            durationMs: 7_200_000,
          },
        ],
      },
    },
  },
}
