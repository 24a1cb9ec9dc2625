// rollcall/client: what a Rollcall server can be asked, for programs in Node and in browsers. Needs nothing but fetch.
import { createCall, type CallOptions, type ClientOptions, type Query } from './call.ts'
import { follow, type FollowOptions } from './follow.ts'
import type {
  Attendance,
  Clients,
  Event,
  GetAttendanceQuery,
  GetClientsQuery,
  GetRoomAttendanceQuery,
  GetRoomQuery,
  GetStatsQuery,
  Host,
  ListEventsQuery,
  ListMeetingsQuery,
  ListOccupantsQuery,
  ListPeopleQuery,
  ListRoomOccupantsQuery,
  ListRoomsQuery,
  Meeting,
  Occupant,
  Person,
  PersonWithMeetings,
  Room,
  Stats,
  Stay,
} from './types.ts'

export { RollcallError } from './error.ts'
export type { ClientOptions, FollowOptions }
export type * from './types.ts'

/** Times may be a Date, or epoch milliseconds, as well as text. */
type Timed<Q> = { [name in keyof Q]: name extends 'at' | 'from' | 'to' ? Q[name] | Date | number : Q[name] }
/** `limit` is how many come with one request: the iterator goes on to the end whatever it is. */
type Listed<Q> = Timed<Omit<Q, 'cursor'>>
type Stop = Pick<CallOptions, 'signal'>
type AttendanceQuery = Timed<Omit<GetRoomAttendanceQuery, 'format'>>
/** A session; or the JID of a room, for all its meetings. */
export type Attended = string | Pick<GetAttendanceQuery, 'room'>

export type Client = ReturnType<typeof createClient>

/** Reads of a busy server are repeated after the time it asks for. Every call throws RollcallError for a refusal. */
export function createClient(options: ClientOptions) {
  const call = createCall(options)

  async function json<T>(path: string, query: Query, stop?: Stop): Promise<T> {
    return (await (await call(path, query, stop)).json()) as T
  }

  /** Every entry of a list, page by page as they are taken. */
  async function* entries<T>(
    path: string,
    name: string,
    query: Query,
    stop?: Stop,
  ): AsyncGenerator<T, void, void> {
    let cursor: string | null = null
    do {
      const asked: Query = cursor === null ? query : { ...query, cursor }
      const page: { next: string | null } & Record<string, unknown> = await json(path, asked, stop)
      yield* page[name] as T[]
      cursor = page.next
    } while (cursor !== null)
  }

  return {
    rooms: {
      list: (query: Listed<ListRoomsQuery> = {}, stop?: Stop) =>
        entries<Room>('api/v1/rooms', 'rooms', query, stop),
      /** Throws RollcallError with the word `not-found` if no room has this session. */
      get: (session: string, query: Timed<GetRoomQuery> = {}, stop?: Stop) =>
        json<Room>(pathOf(session), query, stop),
      /** Every stay in it, in order of joining. */
      occupants: (session: string, query: Listed<ListRoomOccupantsQuery> = {}, stop?: Stop) =>
        entries<Occupant>(`${pathOf(session)}/occupants`, 'occupants', query, stop),
    },
    occupants: {
      /** Stays across rooms. */
      list: (query: Listed<ListOccupantsQuery> = {}, stop?: Stop) =>
        entries<Stay>('api/v1/occupants', 'occupants', query, stop),
    },
    people: {
      list: (query: Listed<ListPeopleQuery> = {}, stop?: Stop) =>
        entries<Person>('api/v1/people', 'people', query, stop),
      /** Throws RollcallError with the word `not-found` if no person has this id. */
      get: (id: string, stop?: Stop) => json<PersonWithMeetings>(personOf(id), {}, stop),
      /** The meetings that they were in, latest first. */
      meetings: (id: string, query: Listed<ListMeetingsQuery> = {}, stop?: Stop) =>
        entries<Meeting>(`${personOf(id)}/meetings`, 'meetings', query, stop),
    },
    /** The MUC hosts that report. */
    hosts: async (stop?: Stop) => (await json<{ hosts: Host[] }>('api/v1/hosts', {}, stop)).hosts,
    /** Rooms, people, how many at once, for how long, in a range of time. */
    stats: (query: Timed<GetStatsQuery> = {}, stop?: Stop) => json<Stats>('api/v1/stats', query, stop),
    /** The browsers and systems that people came with in a range of time. */
    clients: (query: Timed<GetClientsQuery> = {}, stop?: Stop) =>
      json<Clients>('api/v1/clients', query, stop),
    /** The event log, oldest first, as far as it goes. */
    log: (query: Listed<ListEventsQuery> = {}, stop?: Stop) =>
      entries<Event>('api/v1/events', 'events', query, stop),
    /**
     * Events as they happen, and before them what came after `after`. Comes back by itself after a broken connection, without
     * a gap and without telling anything twice; ends when the signal says so, or with the loop.
     */
    events: ({ signal, onRetry, ...query }: FollowOptions & Stop = {}) =>
      follow(call, query, { signal, onRetry }),

    /** Who was there, for how long. Throws RollcallError with the word `not-found` if there was no such meeting. */
    attendance: (of: Attended, query: AttendanceQuery = {}, stop?: Stop) =>
      json<Attendance>(attendanceOf(of), { ...query, ...courseOf(of), format: 'json' }, stop),
    /** The same as a file: `body` is its stream, `content-disposition` its name. */
    attendanceFile: (of: Attended, format: 'csv' | 'xlsx', query: AttendanceQuery = {}, stop?: Stop) =>
      call(attendanceOf(of), { ...query, ...courseOf(of), format }, stop),
  }
}

function attendanceOf(of: Attended): string {
  return typeof of === 'string' ? `${pathOf(of)}/attendance` : 'api/v1/attendance'
}

function courseOf(of: Attended): { room?: string } {
  return typeof of === 'string' ? {} : { room: of.room }
}

function personOf(id: string): string {
  return `api/v1/people/${encodeURIComponent(id)}`
}

/**
 * A session that is a word, such as `occupants`, would be read as what lies below a room: its first letter is encoded.
 * Throws RangeError for one or two dots: however they are written, a URL takes them for steps in its path.
 */
function pathOf(session: string): string {
  if (/^\.{1,2}$/.test(session)) throw new RangeError('no URL can name this session')
  const [first = ''] = /^[a-z]+$/.test(session) ? session : ''
  const letter = first && `%${first.charCodeAt(0).toString(16)}`
  return `api/v1/rooms/${letter}${encodeURIComponent(session.slice(first.length))}`
}
