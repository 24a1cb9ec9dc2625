// rollcall/client: what a Rollcall server can be asked, for programs in Node and in browsers. Needs nothing but fetch.
import { createCall, type CallOptions, type ClientOptions, type Query } from './call.ts'
import { follow, type FollowOptions } from './follow.ts'
import type {
  Event,
  ListEventsQuery,
  ListRoomOccupantsQuery,
  ListRoomsQuery,
  Occupant,
  Room,
} from './types.ts'

export { RollcallError } from './error.ts'
export type { ClientOptions, FollowOptions }
export type * from './types.ts'

/** `limit` is how many come with one request: the iterator goes on to the end whatever it is. */
type Listed<Q> = Omit<Q, 'cursor'>
type Stop = Pick<CallOptions, 'signal'>

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
      get: (session: string, stop?: Stop) => json<Room>(pathOf(session), {}, stop),
      /** Every stay in it, in order of joining. */
      occupants: (session: string, query: Listed<ListRoomOccupantsQuery> = {}, stop?: Stop) =>
        entries<Occupant>(`${pathOf(session)}/occupants`, 'occupants', query, stop),
    },

    /** The log, oldest first, as far as it goes. */
    log: (query: Listed<ListEventsQuery> = {}, stop?: Stop) =>
      entries<Event>('api/v1/events', 'events', query, stop),

    /**
     * Events as they happen, and before them what came after `after`. Comes back by itself after a broken connection, without
     * a gap and without telling anything twice; ends when the signal says so, or with the loop.
     */
    events: ({ signal, onRetry, ...query }: FollowOptions & Stop = {}) =>
      follow(call, query, { signal, onRetry }),

    /** Who was there, for how long. */
    attendance: (session: string, query: Query = {}, stop?: Stop) =>
      json<unknown>(`${pathOf(session)}/attendance`, { ...query, format: 'json' }, stop),
    /** The same as a file: `body` is its stream, `content-disposition` its name. */
    attendanceFile: (session: string, format: 'csv' | 'xlsx', query: Query = {}, stop?: Stop) =>
      call(`${pathOf(session)}/attendance`, { ...query, format }, stop),
  }
}

/** A session that is a word, such as `occupants`, would be read as what lies below a room: its first letter is encoded. */
function pathOf(session: string): string {
  const [first = ''] = /^[a-z]+$/.test(session) ? session : ''
  const letter = first && `%${first.charCodeAt(0).toString(16)}`
  return `api/v1/rooms/${letter}${encodeURIComponent(session.slice(first.length))}`
}
