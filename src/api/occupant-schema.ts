// Occupants, of one room or of all: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { SessionPath } from '../ingest/fields.ts'
import type { Role } from '../ledger/command.ts'
import { json, orNull, type Operation } from '../operation.ts'
import { Next, Paging } from './page.ts'
import { At, flag, Period, queryOf, RoomJid, Session, Wanted } from './query.ts'
import { missingRoom, noRoom } from './room-schema.ts'
import { Duration, Time } from './time.ts'

export const RoomOccupantsQuery = queryOf({ ...Paging, at: At })
export const OccupantsQuery = queryOf({
  ...Paging,
  ...Wanted,
  ...Period,
  session: Session,
  room: RoomJid,
  at: At,
  service: flag('`true`: components of Jitsi alone; `false`: people alone.'),
})

const text = (description?: string) => orNull(Type.String(description === undefined ? {} : { description }))
const RoleOf = Type.Unsafe<Role>({ enum: ['participant', 'moderator'] })

const Occupant = {
  id: Type.Integer({
    minimum: 1,
    description: 'The number of the stay: the `seq` of the event that began it.',
  }),
  person: text('The id of the person whose stay it is; null for a component of Jitsi.'),
  jid: Type.String({ description: 'The JID of the occupant.' }),
  nick: Type.String({ description: 'The name shown in the room.' }),
  role: RoleOf,
  email: text('As the client says.'),
  avatar: text('As the client says.'),
  userAgent: text('As the client says.'),
  ip: text(),
  userId: text('Who the token says it is: verified, unlike nick and email.'),
  joinedAt: Time,
  leftAt: orNull(Time),
  leaveReason: text(),
  inferred: Type.Boolean({ description: 'Whether its end was concluded and not reported.' }),
  history: Type.Array(
    Type.Object({
      at: Time,
      nick: Type.Optional(Type.String()),
      role: Type.Optional(RoleOf),
      email: Type.Optional(Type.String()),
    }),
    { description: 'What was said at joining, then each change of nick, role or email.' },
  ),
  verified: Type.Boolean({ description: 'It has a `userId`, which only a token gives.' }),
  service: Type.Boolean({ description: 'A component of Jitsi, and no person.' }),
  client: Type.Object({ browser: text(), system: text() }, { description: 'Read out of `userAgent`.' }),
  durationMs: Duration,
}
const OccupantOfRoom = Type.Object(Occupant, {
  title: 'Occupant',
  description: 'One stay of one JID in one room.',
})
const Stay = Type.Object(
  { session: Type.String(), roomJid: Type.String(), roomName: Type.String(), ...Occupant },
  { title: 'Stay', description: 'An occupant, with the room.' },
)

export type ShownOccupant = Static<typeof OccupantOfRoom>
export type ShownStay = Static<typeof Stay>

const ann = {
  id: 2,
  person: 'Yl2wU9ArNnmaXS1OiaEH22',
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
  history: [
    { at: '2026-11-22T09:00:05.000Z', nick: 'Ann', role: 'moderator', email: 'ann@example.com' },
    { at: '2026-11-22T09:10:00.000Z', nick: 'Ann B.' },
  ],
  verified: true,
  service: false,
  client: { browser: null, system: null },
  durationMs: 1_195_000,
}

export const listRoomOccupants: Operation = {
  id: 'listRoomOccupants',
  path: '/api/v1/rooms/{session}/occupants',
  tag: 'Rooms',
  summary: 'Every stay in a room, in order of joining',
  params: SessionPath,
  query: RoomOccupantsQuery,
  answers: {
    200: json(
      'A page.',
      Type.Object({ occupants: Type.Array(OccupantOfRoom), next: Next }, { title: 'OccupantsPage' }),
    ),
    404: noRoom,
  },
  examples: {
    found: { params: { session: 's1' }, status: 200, answer: { occupants: [ann], next: null } },
    missing: missingRoom,
  },
}

export const listOccupants: Operation = {
  id: 'listOccupants',
  tag: 'Rooms',
  summary: 'Stays across rooms, those of the newest room first',
  description: 'With `room`, `at` and `service=false`: who was in this room at that time.',
  query: OccupantsQuery,
  answers: {
    200: json('A page.', Type.Object({ occupants: Type.Array(Stay), next: Next }, { title: 'StaysPage' })),
  },
  examples: {
    'at an instant': {
      query: { room: 'daily@conference.example.com', at: '2026-11-22T09:05:00Z', service: false },
      status: 200,
      answer: {
        occupants: [
          {
            session: 's1',
            roomJid: 'daily@conference.example.com',
            roomName: 'daily',
            ...ann,
            nick: 'Ann',
            leftAt: null,
            leaveReason: null,
            history: ann.history.slice(0, 1),
            durationMs: 295_000,
          },
        ],
        next: null,
      },
    },
  },
}
