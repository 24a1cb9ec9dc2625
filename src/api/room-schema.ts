// Rooms: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { SessionPath } from '../ingest/fields.ts'
import type { Kind } from '../ledger/command.ts'
import { json, orNull, words, type Operation } from '../operation.ts'
import type { RoomSort } from '../store/store.ts'
import { Next, Paging } from './page.ts'
import { At, partOf, Period, queryOf, sorts, Wanted } from './query.ts'
import { Duration, Time } from './time.ts'

const SORTS = ['created', 'ended', 'duration', 'name'] as const satisfies RoomSort[]

export const RoomsQuery = queryOf({
  ...Paging,
  ...Wanted,
  ...Period,
  q: partOf('name or JID'),
  at: At,
  minDuration: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'How long they lasted at least, until now or `at`: milliseconds.',
    }),
  ),
  sort: sorts(SORTS, '-created'),
})
export const RoomQuery = queryOf({ at: At })

const Room = Type.Object(
  {
    session: Type.String({ description: 'Names this one meeting.' }),
    jid: Type.String({ description: 'The JID of the room, used again by later meetings.' }),
    host: Type.String({ description: 'The MUC host: the domain of the JID.' }),
    name: Type.String(),
    kind: orNull(Type.Unsafe<Kind>({ enum: ['conference', 'breakout', 'lobby'] })),
    parentJid: orNull(
      Type.String({ description: 'The JID of the meeting that a breakout room or lobby belongs to.' }),
    ),
    createdAt: Time,
    endedAt: orNull(Time),
    endReason: orNull(Type.String()),
    inferred: Type.Boolean({ description: 'Whether its end was concluded and not reported.' }),
    occupants: Type.Integer({ minimum: 0, description: 'How many are in it now, services left out.' }),
    people: Type.Integer({ minimum: 0, description: 'Different ones so far.' }),
    peak: Type.Integer({ minimum: 0, description: 'Occupants at the same time, at most.' }),
    durationMs: Duration,
  },
  { title: 'Room', description: 'A meeting, from created to ended.' },
)

export type ShownRoom = Static<typeof Room>

const NONE = words('not-found', 'no room has this session')
const NONE_THEN = words('not-found', 'no room had this session at that time')
/** Of a question that may be about another time. */
export const noRoom = json('No room has this session.', Type.Union([NONE, NONE_THEN]))
export const missingRoom = {
  params: { session: 's9' },
  status: 404,
  answer: { status: 'not-found', message: 'no room has this session' },
}

const daily = {
  session: 's1',
  jid: 'daily@conference.example.com',
  host: 'conference.example.com',
  name: 'daily',
  kind: null,
  parentJid: null,
  createdAt: '2026-11-22T09:00:00.000Z',
  endedAt: '2026-11-22T09:30:00.000Z',
  endReason: null,
  inferred: false,
  occupants: 0,
  people: 1,
  peak: 1,
  durationMs: 1_800_000,
}
const live = { ...daily, endedAt: null, occupants: 1 }

export const listRooms: Operation = {
  id: 'listRooms',
  tag: 'Rooms',
  summary: 'Rooms, newest first',
  query: RoomsQuery,
  answers: {
    200: json('A page.', Type.Object({ rooms: Type.Array(Room), next: Next }, { title: 'RoomsPage' })),
  },
  examples: {
    live: {
      query: { state: 'live', limit: 10 },
      status: 200,
      answer: { rooms: [{ ...live, durationMs: 3_600_000 }], next: null },
    },
    'at an instant': {
      query: { at: '2026-11-22T09:10:00Z', q: 'DAI', host: 'conference.example.com', sort: 'name' },
      status: 200,
      answer: { rooms: [{ ...live, durationMs: 600_000 }], next: null },
    },
  },
}

export const getRoom: Operation = {
  id: 'getRoom',
  path: '/api/v1/rooms/{session}',
  tag: 'Rooms',
  summary: 'One room',
  params: SessionPath,
  query: RoomQuery,
  answers: { 200: json('The room.', Room), 404: noRoom },
  examples: {
    found: { params: { session: 's1' }, status: 200, answer: daily },
    missing: missingRoom,
    'missing then': {
      params: { session: 's1' },
      query: { at: '2026-11-22T08:00:00Z' },
      status: 404,
      answer: { status: 'not-found', message: 'no room had this session at that time' },
    },
  },
}
