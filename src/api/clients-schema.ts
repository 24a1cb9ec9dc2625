// Clients: what may be asked, what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { json, orNull, type Operation } from '../operation.ts'
import { queryOf } from './query.ts'
import { StatsQuery } from './stats-schema.ts'
import { Time } from './time.ts'

const { from, to, host, kind } = StatsQuery.properties
export const ClientsQuery = queryOf({ from, to, host, kind })

const ClientCount = Type.Object(
  {
    browser: orNull(Type.String({ description: 'With its major version.' })),
    system: orNull(Type.String()),
    stays: Type.Integer({ minimum: 0 }),
  },
  { title: 'ClientCount' },
)
const Clients = Type.Object(
  {
    from: Time,
    to: Time,
    stays: Type.Integer({ minimum: 0, description: 'How many were counted: comings of people, not people.' }),
    complete: Type.Boolean({
      description: 'Whether these are all of the range; else those of the newest rooms in it.',
    }),
    clients: Type.Array(ClientCount, { description: 'The most frequent first.' }),
    others: Type.Integer({
      minimum: 0,
      description: 'Stays with other user agents than the 500 most frequent ones.',
    }),
  },
  { title: 'Clients', description: 'What people came with.' },
)

export type ShownClients = Static<typeof Clients>
export type ShownClientCount = Static<typeof ClientCount>

export const getClients: Operation = {
  id: 'getClients',
  tag: 'Rooms',
  summary: 'The browsers and systems that people came with',
  description:
    'Read out of the user agents of the stays that were there at any time of the range. Services are left out.',
  query: ClientsQuery,
  answers: { 200: json('How many stays had each.', Clients) },
  examples: {
    day: {
      query: { from: '2026-11-22T00:00:00Z' },
      status: 200,
      answer: {
        from: '2026-11-22T00:00:00.000Z',
        to: '2026-11-22T10:00:00.000Z',
        stays: 1,
        complete: true,
        clients: [{ browser: null, system: null, stays: 1 }],
        others: 0,
      },
    },
  },
}
