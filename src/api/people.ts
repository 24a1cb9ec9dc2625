// People: everyone under one identity, and the meetings that they were in.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { PeopleSort } from '../store/store.ts'
import { keyIn, MEETINGS, nextIn, peopleList } from './cursor.ts'
import { sendJson } from './json.ts'
import { notFound } from './missing.ts'
import type { ReadOptions } from './options.ts'
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
const BELOW = '/meetings'
/** Meetings that come with a person. */
const LATEST = 10

const checkPeople = checker(PeopleQuery, 'query')
const checkPerson = checker(PersonQuery, 'query')
const checkMeetings = checker(MeetingsQuery, 'query')

export function peopleRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get(
    '/api/v1/people',
    { config: { access: 'read', describes: [listPeople] } },
    async ({ query }, reply) => {
      const { cursor, limit, q, verified, sort: by } = checkPeople(query)
      const order = sortOf<PeopleSort>(by)
      const after = keyIn(peopleList(order), cursor)
      const until = now()
      const asked = { q, verified, ...order, limit, after, now: until }
      return sendJson(reply, await store.json('people', asked, until))
    },
  )

  app.get(
    `${PREFIX}:id`,
    { config: { access: 'read', describes: [getPerson] } },
    async ({ originalUrl, query }, reply) => {
      checkPerson(query)
      const id = named(originalUrl, PREFIX)
      const person = await store.person({ id, now: now() })
      if (!person) return notFound(reply, 'no person has this id')
      const page = await store.meetingsOf({ person: id, limit: LATEST, now: now() })
      return { ...showPerson(person), latest: page.items.map(showMeeting), next: nextIn(MEETINGS, page) }
    },
  )

  app.get(
    `${PREFIX}:id${BELOW}`,
    { config: { access: 'read', describes: [listMeetings] } },
    async (request, reply) => {
      const { limit, cursor } = checkMeetings(request.query)
      const path = request.originalUrl.split('?', 1)[0] ?? ''
      const id = named(path.slice(0, -BELOW.length), PREFIX)
      if (!(await store.person({ id, now: now() }))) return notFound(reply, 'no person has this id')
      const until = now()
      const asked = { person: id, limit, after: keyIn(MEETINGS, cursor), now: until }
      return sendJson(reply, await store.json('meetingsOf', asked, until))
    },
  )
}
