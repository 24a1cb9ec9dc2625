// The event log: what may be asked, what is answered, and how the document describes it.
import Type, { type TObject } from 'typebox'
import { Host, RoomJid, Session } from '../ingest/fields.ts'
import { EVENT_TYPES, type EventType } from '../ledger/event.ts'
import { orNull, type Operation } from '../operation.ts'
import { Limit, Next } from './page.ts'
import { queryOf } from './query.ts'
import { Time } from './time.ts'

const seq = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }))

export const EventsQuery = queryOf({
  limit: Limit,
  cursor: seq('The `next` of the page before.'),
  after: seq('The `seq` of the last event already seen. The larger of it and `cursor` counts.'),
  session: Type.Optional(Session),
  room: Type.Optional(RoomJid),
  host: Type.Optional(Host),
  type: Type.Optional(
    Type.Unsafe<string | string[]>({
      type: ['string', 'array'],
      items: { type: 'string' },
      maxItems: 100,
      description: `Of ${EVENT_TYPES.join(', ')}: one, several with commas, or repeated.`,
    }),
  ),
})

const LastEventId = Type.Object({
  'Last-Event-ID': Type.Optional(
    Type.String({
      description: 'For the stream: the id of the last message, which counts more than `after`.',
    }),
  ),
})

/** What a server sends of its own accord, on a stream. */
const STREAM =
  'Server-sent events (WHATWG HTML, 9.2): `start`, then each event of the log with its `seq` as `id`; `cut-off` for a ' +
  'reader that is too slow, `bye` from a server that stops, or when the login is over.'

const text = Type.String()
const maybe = orNull(text)
const joined = Type.String({ description: 'The `seq` of the event that began the stay.' })
const role = Type.Enum(['participant', 'moderator'])
const reason = orNull(Type.String({ description: 'As reported; `lost` and `superseded` were inferred.' }))

/** What each type of event adds: `data` in ledger/event.ts. */
const DATA: Record<EventType, TObject> = {
  'room.created': Type.Object({
    session: text,
    jid: text,
    name: text,
    kind: orNull(Type.Enum(['conference', 'breakout', 'lobby'])),
    parentJid: maybe,
  }),
  'room.ended': Type.Object({ reason }),
  'room.corrected': Type.Object({
    endedAt: orNull(
      Type.String({ format: 'date-time', description: 'What is true instead; null: it is live.' }),
    ),
    reason,
  }),
  'room.identified': Type.Object({
    session: text,
    formerSession: Type.String({ description: 'The one it had while its beginning was inferred.' }),
  }),
  'occupant.joined': Type.Object({
    jid: text,
    nick: text,
    role,
    email: maybe,
    avatar: maybe,
    userAgent: maybe,
    ip: maybe,
    userId: maybe,
  }),
  'occupant.updated': Type.Object({
    jid: text,
    nick: Type.Optional(text),
    role: Type.Optional(role),
    email: Type.Optional(text),
  }),
  'occupant.left': Type.Object({ jid: text, reason }),
  'occupant.corrected': Type.Object({
    jid: text,
    joined,
    leftAt: orNull(
      Type.String({ format: 'date-time', description: 'What is true instead; null: it is live.' }),
    ),
    reason,
  }),
  'occupant.moved': Type.Object({ jid: text, joined }),
}

const kinds = Object.entries(DATA).map(([type, data]) =>
  Type.Object(
    {
      seq: Type.Integer({ minimum: 1, description: 'Its place in the log, in commit order, without gaps.' }),
      type: Type.Literal(type),
      at: Time,
      receivedAt: Time,
      session: text,
      roomJid: text,
      inferred: Type.Boolean({ description: 'Concluded by the ledger, not reported.' }),
      data,
    },
    { title: titleOf(type) },
  ),
)

/** One of the types above, told apart by `type`. */
export const Event = Type.Union(kinds, { title: 'Event' })

export const listEvents: Operation = {
  id: 'listEvents',
  tag: 'Events',
  summary: 'The log, oldest first',
  description: 'To follow it, keep the last `through` and ask again with it as `after`.',
  query: EventsQuery,
  headers: LastEventId,
  answers: {
    200: {
      description: 'A page; or, where `Accept` prefers `text/event-stream`, a stream that goes on for ever.',
      content: {
        'application/json': Type.Object(
          {
            events: Type.Array(Event),
            next: Next,
            through: Type.Integer({ minimum: 0, description: 'How far this page has looked.' }),
          },
          { title: 'EventsPage' },
        ),
        'text/event-stream': Type.String({ description: STREAM }),
      },
    },
  },
  examples: {
    page: {
      query: { after: 2, limit: 1 },
      status: 200,
      answer: {
        events: [
          {
            seq: 3,
            type: 'occupant.updated',
            at: '2026-11-22T09:10:00.000Z',
            receivedAt: '2026-11-22T10:00:00.000Z',
            session: 's1',
            roomJid: 'daily@conference.example.com',
            inferred: false,
            data: { jid: 'ann@example.com/Ab 1', nick: 'Ann B.' },
          },
        ],
        next: '3',
        through: 3,
      },
    },
  },
}

/** `room.created` → RoomCreated */
function titleOf(type: string): string {
  return type.replace(/(?:^|\.)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
