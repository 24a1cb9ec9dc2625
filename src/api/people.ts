// People: everyone under one identity, and the meetings that they were in.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { PeopleSort } from '../store/store.ts'
import { notFound } from './missing.ts'
import type { ReadOptions } from './options.ts'
import { keyIn, nextIn, type List } from './page.ts'
import { named } from './path.ts'
import {
  getPerson,
  listMeetings,
  listPeople,
  MeetingsQuery,
  PeopleQuery,
  PersonQuery,
} from './person-schema.ts'
import { sortOf } from './query.ts'
import { showMeeting, showPerson } from './show.ts'

const PREFIX = '/api/v1/people/'
const MEETINGS = '/meetings'
/** Meetings that come with a person. */
const LATEST = 10

const checkPeople = checker(PeopleQuery, 'query')
const checkPerson = checker(PersonQuery, 'query')
const checkMeetings = checker(MeetingsQuery, 'query')

const MEETINGS_LIST: List = { name: 'meetings', key: 'nn' }
const KEYS = { seen: 'ns', name: 'ss' } satisfies Record<PeopleSort, string>

export function peopleRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get('/api/v1/people', { config: { access: 'read', describes: [listPeople] } }, async ({ query }) => {
    const { cursor, limit, q, verified, sort: by } = checkPeople(query)
    const order = sortOf<PeopleSort>(by)
    const list = { name: `people ${by}`, key: KEYS[order.sort] }
    const page = await store.people({
      q,
      verified,
      ...order,
      limit,
      after: keyIn(list, cursor),
      now: now(),
    })
    return { people: page.items.map(showPerson), next: nextIn(list, page) }
  })

  app.get(
    `${PREFIX}:id`,
    { config: { access: 'read', describes: [getPerson] } },
    async ({ originalUrl, query }, reply) => {
      checkPerson(query)
      const id = named(originalUrl, PREFIX)
      const person = await store.person({ id, now: now() })
      if (!person) return notFound(reply, 'no person has this id')
      const page = await store.meetingsOf({ person: id, limit: LATEST, now: now() })
      return { ...showPerson(person), latest: page.items.map(showMeeting), next: nextIn(MEETINGS_LIST, page) }
    },
  )

  app.get(
    `${PREFIX}:id${MEETINGS}`,
    { config: { access: 'read', describes: [listMeetings] } },
    async (request, reply) => {
      const { limit, cursor } = checkMeetings(request.query)
      const path = request.originalUrl.split('?', 1)[0] ?? ''
      const id = named(path.slice(0, -MEETINGS.length), PREFIX)
      if (!(await store.person({ id, now: now() }))) return notFound(reply, 'no person has this id')
      const after = keyIn(MEETINGS_LIST, cursor)
      const page = await store.meetingsOf({ person: id, limit, after, now: now() })
      return { meetings: page.items.map(showMeeting), next: nextIn(MEETINGS_LIST, page) }
    },
  )
}
