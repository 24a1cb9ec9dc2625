// People and their meetings: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { json, orNull, words, type Operation } from '../operation.ts'
import type { PeopleSort } from '../store/store.ts'
import { Next, Paging } from './page.ts'
import { flag, partOf, queryOf, sorts } from './query.ts'
import { Duration, Time } from './time.ts'

const SORTS = ['seen', 'name'] as const satisfies PeopleSort[]

export const PeopleQuery = queryOf({
  ...Paging,
  q: partOf('name or email'),
  verified: flag('Whether a token vouches for them.'),
  sort: sorts(SORTS, '-seen'),
})
export const PersonQuery = queryOf({})
export const MeetingsQuery = queryOf(Paging)

const text = orNull(Type.String())
const count = (description: string) => Type.Integer({ minimum: 0, description })

const Person = {
  id: Type.String({ description: 'A hash of the identity: the same in every ledger.' }),
  userId: orNull(Type.String({ description: 'Verified by a token.' })),
  email: text,
  name: Type.String({ description: 'The nick of their latest stay.' }),
  names: Type.Array(Type.String(), { description: 'The first ten that were heard.' }),
  meetings: count('Different rooms.'),
  stays: count('Comings and goings.'),
  totalMs: Duration,
  live: Type.Boolean({ description: 'Whether they are in a meeting now.' }),
  verified: Type.Boolean({ description: 'They have a `userId`, which only a token gives.' }),
  firstSeen: Time,
  lastSeen: Time,
}
const PersonListed = Type.Object(Person, {
  title: 'Person',
  description:
    'All stays under one identity: the userId, else the email, else the user part of the JID with the nick.',
})
const Meeting = Type.Object(
  {
    session: Type.String(),
    name: Type.String(),
    jid: Type.String(),
    totalMs: Duration,
    joinedAt: Time,
    leftAt: orNull(Time),
  },
  { title: 'Meeting', description: 'First time in, last time out (null: still in it), and how long in all.' },
)
const PersonShown = Type.Object(
  { ...Person, latest: Type.Array(Meeting, { description: 'The ten latest.' }), next: Next },
  { title: 'PersonWithMeetings', description: 'With `next` for the list of all their meetings.' },
)

export type ShownPerson = Static<typeof PersonListed>
export type ShownMeeting = Static<typeof Meeting>

const PersonPath = Type.Object({ id: Type.String({ description: 'The `id` of a person.' }) })
const noPerson = json('No person has this id.', words('not-found', 'no person has this id'))
const missing = {
  params: { id: 'nobody' },
  status: 404,
  answer: { status: 'not-found', message: 'no person has this id' },
}

const ann = {
  id: 'Yl2wU9ArNnmaXS1OiaEH22',
  userId: 'u-17',
  email: 'ann@example.com',
  name: 'Ann B.',
  names: ['Ann', 'Ann B.'],
  meetings: 1,
  stays: 1,
  totalMs: 1_195_000,
  live: false,
  verified: true,
  firstSeen: '2026-11-22T09:00:05.000Z',
  lastSeen: '2026-11-22T09:20:00.000Z',
}
const attended = {
  session: 's1',
  name: 'daily',
  jid: 'daily@conference.example.com',
  totalMs: 1_195_000,
  joinedAt: '2026-11-22T09:00:05.000Z',
  leftAt: '2026-11-22T09:20:00.000Z',
}

export const listPeople: Operation = {
  id: 'listPeople',
  tag: 'People',
  summary: 'Everyone who was ever in a meeting',
  query: PeopleQuery,
  answers: {
    200: json(
      'A page.',
      Type.Object({ people: Type.Array(PersonListed), next: Next }, { title: 'PeoplePage' }),
    ),
  },
  examples: {
    found: { query: { q: 'ann', verified: true }, status: 200, answer: { people: [ann], next: null } },
  },
}

export const getPerson: Operation = {
  id: 'getPerson',
  tag: 'People',
  summary: 'One person, with their ten latest meetings',
  params: PersonPath,
  answers: { 200: json('The person.', PersonShown), 404: noPerson },
  examples: {
    found: { params: { id: ann.id }, status: 200, answer: { ...ann, latest: [attended], next: null } },
    missing,
  },
}

export const listMeetings: Operation = {
  id: 'listMeetings',
  tag: 'People',
  summary: 'The meetings of a person, latest first',
  params: PersonPath,
  query: MeetingsQuery,
  answers: {
    200: json(
      'A page.',
      Type.Object({ meetings: Type.Array(Meeting), next: Next }, { title: 'MeetingsPage' }),
    ),
    404: noPerson,
  },
  examples: {
    found: { params: { id: ann.id }, status: 200, answer: { meetings: [attended], next: null } },
    missing,
  },
}
