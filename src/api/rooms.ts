// Rooms and the occupants of one: live, ended, and as they were at an instant.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { RoomSort } from '../store/store.ts'
import { getRoomAttendance } from './attendance-schema.ts'
import { attendanceOfRoom } from './attendance.ts'
import { keyIn, OCCUPANTS, roomList } from './cursor.ts'
import { sendJson } from './json.ts'
import { notFound } from './missing.ts'
import { listRoomOccupants, RoomOccupantsQuery } from './occupant-schema.ts'
import type { ReadOptions } from './options.ts'
import { named } from './path.ts'
import { sortOf } from './query.ts'
import { getRoom, listRooms, RoomQuery, RoomsQuery } from './room-schema.ts'
import { showRoom } from './show.ts'
import { instantOf, timesOf } from './time.ts'

const PREFIX = '/api/v1/rooms/'
const BELOW = '/occupants'
const ATTENDANCE = '/attendance'

const checkRooms = checker(RoomsQuery, 'query')
const checkRoom = checker(RoomQuery, 'query')
const checkOccupants = checker(RoomOccupantsQuery, 'query')

export function roomRoutes(app: FastifyInstance, options: ReadOptions): void {
  const { store, now } = options
  app.get(
    '/api/v1/rooms',
    { config: { access: 'read', describes: [listRooms] } },
    async ({ query }, reply) => {
      const { cursor, limit, sort: by, at, from, to, state, ...wanted } = checkRooms(query)
      const until = now()
      const times = timesOf({ at, from, to }, until)
      const order = sortOf<RoomSort>(by)
      const asked = {
        ...wanted,
        ...times,
        ...order,
        limit,
        after: keyIn(roomList(order), cursor),
        // Who asks for an instant wants to know what was going on then.
        state: state ?? (times.at === null ? 'all' : 'live'),
        now: until,
      }
      return sendJson(reply, await store.json('rooms', asked, until))
    },
  )

  // A session may hold slashes, so one wildcard serves the room and what lies below it.
  const config = { access: 'read' as const, describes: [getRoom, listRoomOccupants, getRoomAttendance] }
  app.get(`${PREFIX}*`, { config }, async (request, reply) => {
    const path = pathOf(request)
    if (path.endsWith(ATTENDANCE)) {
      const session = named(path.slice(0, -ATTENDANCE.length), PREFIX)
      return attendanceOfRoom(options, session, request, reply)
    }
    return path.endsWith(BELOW)
      ? occupantsOf(named(path.slice(0, -BELOW.length), PREFIX), request.query, reply)
      : roomOf(named(path, PREFIX), request.query, reply)
  })

  async function roomOf(session: string, query: unknown, reply: FastifyReply): Promise<unknown> {
    const until = now()
    const at = instantOf('at', checkRoom(query).at, until)
    const room = await store.room(session, at)
    return room ? showRoom(room, at ?? until) : noRoom(reply, at)
  }

  async function occupantsOf(session: string, query: unknown, reply: FastifyReply): Promise<unknown> {
    const { limit, cursor, at: text } = checkOccupants(query)
    const until = now()
    const at = instantOf('at', text, until)
    const asked = { session, at, limit, after: keyIn(OCCUPANTS, cursor) }
    const page = await store.json('occupants', asked, until)
    return page ? sendJson(reply, page) : noRoom(reply, at)
  }
}

function noRoom(reply: FastifyReply, at: number | null): unknown {
  return notFound(reply, at === null ? 'no room has this session' : 'no room had this session at that time')
}

function pathOf({ originalUrl }: FastifyRequest): string {
  return originalUrl.split('?', 1)[0] ?? ''
}
