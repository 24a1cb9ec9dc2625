// The event log: what may be asked, what is answered, and how the document describes it.
import Type, { type TObject } from 'typebox'
import type { EventType } from '../ledger/event.ts'
import { json, orNull, type Operation } from '../operation.ts'
import { Next, PageQuery } from './page.ts'
import { Time } from './time.ts'

export const EventsQuery = Type.Object({
  ...PageQuery.properties,
  after: Type.Integer({
    ...PageQuery.properties.cursor,
    description: 'The `seq` of the last event already seen. The larger of it and `cursor` counts.',
  }),
})

const text = Type.String()
const maybe = orNull(text)
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
    leftAt: orNull(
      Type.String({ format: 'date-time', description: 'What is true instead; null: it is live.' }),
    ),
    reason,
  }),
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
  description: 'To follow it, keep the last `seq` and ask again with it as `after`.',
  query: EventsQuery,
  answers: {
    200: json('A page.', Type.Object({ events: Type.Array(Event), next: Next }, { title: 'EventsPage' })),
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
      },
    },
  },
}

/** `room.created` → RoomCreated */
function titleOf(type: string): string {
  return type.replace(/(?:^|\.)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
