// Rooms and the occupants of one: live and ended.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checker } from '../ingest/check.ts'
import { identifier } from '../ingest/identifier.ts'
import type { OccupantRecord, RoomRecord, Store } from '../store/store.ts'
import { next, PageQuery } from './page.ts'
import {
  getRoom,
  listRoomOccupants,
  listRooms,
  RoomsQuery,
  type ShownOccupant,
  type ShownRoom,
} from './room-schema.ts'
import { rfc3339 } from './time.ts'

const PREFIX = '/api/v1/rooms/'
const OCCUPANTS = '/occupants'

const checkRoomsQuery = checker(RoomsQuery, 'query')
const checkPageQuery = checker(PageQuery, 'query')

export function roomRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/v1/rooms', { config: { access: 'read', describes: [listRooms] } }, async ({ query }) => {
    const page = await store.rooms(checkRoomsQuery(query))
    return { rooms: page.items.map(showRoom), next: next(page) }
  })

  // A session may hold slashes, so one wildcard serves the room and what lies below it.
  const config = { access: 'read' as const, describes: [getRoom, listRoomOccupants] }
  app.get(`${PREFIX}*`, { config }, async (request, reply) => {
    const path = pathOf(request)
    return path.endsWith(OCCUPANTS)
      ? occupantsOf(store, identifier(path.slice(0, -OCCUPANTS.length), PREFIX), request.query, reply)
      : roomOf(store, identifier(path, PREFIX), reply)
  })
}

async function roomOf(store: Store, session: string, reply: FastifyReply): Promise<unknown> {
  const room = await store.room(session)
  return room ? showRoom(room) : noRoom(reply)
}

async function occupantsOf(
  store: Store,
  session: string,
  query: unknown,
  reply: FastifyReply,
): Promise<unknown> {
  const page = await store.occupants({ ...checkPageQuery(query), session })
  return page ? { occupants: page.items.map(showOccupant), next: next(page) } : noRoom(reply)
}

function noRoom(reply: FastifyReply): unknown {
  reply.verdict = 'not-found'
  reply.code(404)
  return { status: 'not-found', message: 'no room has this session' }
}

function pathOf({ originalUrl }: FastifyRequest): string {
  return originalUrl.split('?', 1)[0] ?? ''
}

function showRoom(room: RoomRecord): ShownRoom {
  return { ...room, createdAt: rfc3339(room.createdAt), endedAt: rfc3339(room.endedAt) }
}

function showOccupant(occupant: OccupantRecord): ShownOccupant {
  return { ...occupant, joinedAt: rfc3339(occupant.joinedAt), leftAt: rfc3339(occupant.leftAt) }
}
