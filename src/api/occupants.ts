// Stays across rooms: who was where, when.
import type { FastifyInstance } from 'fastify'
import type { ReadOptions } from './options.ts'
import { KeyedPageQuery, keyIn, nextIn, type List } from './page.ts'
import { checkerOf, Flag, flag, Instant, Period, RoomJid, Session, Wanted } from './query.ts'
import { showStay } from './show.ts'
import { timesOf } from './time.ts'

const checkStays = checkerOf({
  ...KeyedPageQuery,
  ...Wanted,
  ...Period,
  session: Session,
  room: RoomJid,
  at: Instant,
  service: Flag,
})

const LIST: List = { name: 'stays', key: 'nnnn' }

export function occupantRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get('/api/v1/occupants', { config: { access: 'read' } }, async ({ query }) => {
    const { cursor, limit, at, from, to, state, service, ...wanted } = checkStays(query)
    const until = now()
    const times = timesOf({ at, from, to }, until)
    const page = await store.stays({
      ...wanted,
      ...times,
      limit,
      after: keyIn(LIST, cursor),
      state: state ?? (times.at === null ? 'all' : 'live'),
      service: flag(service),
    })
    const occupants = page.items.map((occupant) => showStay(occupant, times.at ?? until))
    return { occupants, next: nextIn(LIST, page) }
  })
}
