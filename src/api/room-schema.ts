// Rooms and their occupants: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { SessionPath } from '../ingest/fields.ts'
import type { Kind, Role } from '../ledger/command.ts'
import { json, orNull, words, type Operation } from '../operation.ts'
import type { RoomState } from '../store/store.ts'
import { Next, PageQuery } from './page.ts'
import { Time } from './time.ts'

export const RoomsQuery = Type.Object({
  ...PageQuery.properties,
  state: Type.Unsafe<RoomState>({ enum: ['live', 'ended', 'all'], default: 'all' }),
})

const text = (description?: string) => orNull(Type.String(description === undefined ? {} : { description }))

const Room = Type.Object(
  {
    session: Type.String({ description: 'Names this one meeting.' }),
    jid: Type.String({ description: 'The JID of the room, used again by later meetings.' }),
    host: Type.String({ description: 'The MUC host: the domain of the JID.' }),
    name: Type.String(),
    kind: orNull(Type.Unsafe<Kind>({ enum: ['conference', 'breakout', 'lobby'] })),
    parentJid: text('The JID of the meeting that a breakout room or lobby belongs to.'),
    createdAt: Time,
    endedAt: orNull(Time),
    endReason: text(),
    inferred: Type.Boolean({ description: 'Whether its end was concluded and not reported.' }),
    occupants: Type.Integer({ minimum: 0, description: 'How many are in it now.' }),
  },
  { title: 'Room', description: 'A meeting, from created to ended.' },
)

const Occupant = Type.Object(
  {
    jid: Type.String({ description: 'The JID of the occupant.' }),
    nick: Type.String({ description: 'The name shown in the room.' }),
    role: Type.Unsafe<Role>({ enum: ['participant', 'moderator'] }),
    email: text('As the client says.'),
    avatar: text('As the client says.'),
    userAgent: text('As the client says.'),
    ip: text(),
    userId: text('Who the token says it is: verified, unlike nick and email.'),
    joinedAt: Time,
    leftAt: orNull(Time),
    leaveReason: text(),
    inferred: Type.Boolean({ description: 'Whether its end was concluded and not reported.' }),
  },
  { title: 'Occupant', description: 'One stay of one JID in one room.' },
)

export type ShownRoom = Static<typeof Room>
export type ShownOccupant = Static<typeof Occupant>

const noRoom = json('No room has this session.', words('not-found', 'no room has this session'))
const missing = {
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
    live: { query: { state: 'live', limit: 10 }, status: 200, answer: { rooms: [live], next: null } },
  },
}

export const getRoom: Operation = {
  id: 'getRoom',
  path: '/api/v1/rooms/{session}',
  tag: 'Rooms',
  summary: 'One room',
  params: SessionPath,
  answers: { 200: json('The room.', Room), 404: noRoom },
  examples: { found: { params: { session: 's1' }, status: 200, answer: daily }, missing },
}

export const listRoomOccupants: Operation = {
  id: 'listRoomOccupants',
  path: '/api/v1/rooms/{session}/occupants',
  tag: 'Rooms',
  summary: 'Every stay in a room, in order of joining',
  params: SessionPath,
  query: PageQuery,
  answers: {
    200: json(
      'A page.',
      Type.Object({ occupants: Type.Array(Occupant), next: Next }, { title: 'OccupantsPage' }),
    ),
    404: noRoom,
  },
  examples: {
    found: {
      params: { session: 's1' },
      status: 200,
      answer: {
        occupants: [
          {
            jid: 'ann@example.com/Ab 1',
            nick: 'Ann B.',
            role: 'moderator',
            email: 'ann@example.com',
            avatar: null,
            userAgent: null,
            ip: null,
            userId: 'u-17',
            joinedAt: '2026-11-22T09:00:05.000Z',
            leftAt: '2026-11-22T09:20:00.000Z',
            leaveReason: 'left',
            inferred: false,
          },
        ],
        next: null,
      },
    },
    missing,
  },
}
