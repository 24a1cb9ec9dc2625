// What the ledger asks of a store. Every engine is held to test/store/contract.ts.
import type { AttendedStay, Meeting } from '../ledger/attendance.ts'
import type { Command, Kind, Profile } from '../ledger/command.ts'
import type { EventType } from '../ledger/event.ts'
import type { Said } from '../ledger/history.ts'
import type { Host } from '../ledger/host.ts'
import type { Crowd } from '../ledger/presence.ts'
import type { Summary } from '../ledger/summary.ts'
import type { Period, Stats, UNKNOWN_KIND } from '../ledger/stats.ts'
import type { VerdictOf } from '../ledger/verdict.ts'

export type Request<C extends Command = Command> = {
  command: C
  /** When it arrived, epoch ms. */
  receivedAt: number
  /** The sender's Idempotency-Key, 1 to 255 bytes; null where there was none. */
  key: string | null
}

/** `key-reused`: the key was seen within 24 h with another request. Nothing was applied. */
export type Answer<C extends Command = Command> = VerdictOf<C> | 'key-reused'

export interface Store {
  /**
   * Judges and applies one command. Resolves when it is on disk; what was resolved is never lost.
   * The same key with the same request within 24 h gets the first answer, and nothing happens twice.
   * Rejects with StoreBusy if the queue is full and with StoreUnavailable if the commit failed: nothing is
   * applied then. Any other rejection is a defect; nothing is applied then either.
   */
  submit<C extends Command>(request: Request<C>): Promise<Answer<C>>
  /** The same for several, judged in order and committed together: all of them or, if it rejects, none. */
  submitAll<C extends Command>(requests: Request<C>[]): Promise<Answer<C>[]>

  /** Rooms, the one created last first, unless the query says otherwise. */
  rooms(query: RoomsQuery): Promise<KeyedPage<RoomRecord>>
  /** The room with this session, live or ended, as it was at that time; null if it had not been seen by then. */
  room(session: string, at?: number | null): Promise<RoomRecord | null>
  /** Every stay in the room with this session in order of joining; null if the session was never seen. */
  occupants(query: OccupantsQuery): Promise<KeyedPage<OccupantRecord> | null>
  /** Stays across rooms: those of the newest room first, in it in order of joining. */
  stays(query: StaysQuery): Promise<KeyedPage<OccupantRecord>>
  /** Everyone who was ever in a meeting, the one who joined last first, unless the query says otherwise. */
  people(query: PeopleQuery): Promise<KeyedPage<PersonRecord>>
  /** Null if nobody has this id. `now`: until when who is in a meeting was in it, epoch ms. */
  person(query: { id: string; now: number }): Promise<PersonRecord | null>
  /** The meetings of one person, the one joined last first; none if nobody has this id. */
  meetingsOf(query: MeetingsQuery): Promise<KeyedPage<MeetingRecord>>
  /**
   * The event log in commit order; the cursor is the seq of the last event seen. A page looks at a bounded part of the log:
   * with a filter it may hold few events, or none, and still have a `next`.
   */
  events(query: EventQuery): Promise<EventPage>
  /** The seq of the last event; 0 while there is none. */
  last(): Promise<number>
  /** Meetings, in order of arrival: the one with this session, or those of a room JID that were there in [from, to). */
  meetings(query: PageQuery & AttendanceQuery): Promise<Page<AttendedMeeting>>
  /**
   * Every stay in the meeting with this session and in those of its breakout rooms that were there during its time, in
   * order of arrival. None if the session was never seen.
   */
  attendedStays(query: PageQuery & { session: string }): Promise<Page<AttendedStay>>
  /**
   * The answer of one of these reads as the view of its name writes it, JSON in UTF-8; null where the answer is null. SQLite's
   * readers do that in their threads: else the main thread, which takes the joins, had 1.7 ms to do for a page of 100 stays.
   * `now`: until when what goes on is looked at, epoch ms.
   */
  json<Name extends keyof Views>(
    name: Name,
    query: Parameters<Store[Name]>[0],
    now: number,
  ): Promise<Uint8Array<ArrayBuffer> | null>
  /** Every MUC host that something was taken from, by name. */
  hosts(): Promise<Host[]>
  /** What happened in a range of time, in figures. */
  stats(query: StatsQuery): Promise<Stats>
  /** The user agents of the stays of people that were there in a range of time, the most frequent first. */
  clients(query: ClientsQuery): Promise<ClientCounts>

  /**
   * Deletes the rooms of the demo's host, their stays and their events, and nothing of any other host: all or, if it
   * rejects, nothing. The numbers of its events are not given again.
   */
  removeDemo(): Promise<Removed>

  /** Resolves if reads and writes work now; rejects with StoreUnavailable otherwise. */
  ready(): Promise<void>
  /** Commands waiting for a commit. */
  waiting(): number
  /** Called after every commit of this instance with the number of commands in it. */
  onCommit(listener: (size: number) => void): void
  /**
   * Called when the log has grown, by whichever instance: what has a seq up to this one can be read now. It may be called
   * again with the same seq, and once for several commits.
   */
  onAppend(listener: (seq: number) => void): void
  /**
   * Does this work on one instance at a time: at once if no other does it, else when that one has gone. The signal says
   * when it must stop.
   */
  lead(work: (signal: AbortSignal) => Promise<void>): void
  /** Commits what was submitted, then releases everything. Later submits reject with StoreUnavailable. */
  close(): Promise<void>
}

/** What a client is told of the answer to a query, as a value that JSON can say. */
export type Views = {
  [Name in 'rooms' | 'occupants' | 'stays' | 'people' | 'meetingsOf' | 'events']: (
    answer: NonNullable<Awaited<ReturnType<Store[Name]>>>,
    query: Parameters<Store[Name]>[0],
    now: number,
  ) => unknown
}

/** What a report needs of a store: less than a server, and beside one. */
export type MeetingSource = Pick<Store, 'meetings' | 'attendedStays'> & { close(): Promise<void> }

export type RoomState = 'live' | 'ended' | 'all'

/** `cursor` is the `next` of the page before, 0 for the first. */
export type PageQuery = { limit: number; cursor: number }
/** `next` is null on the last page. */
export type Page<T> = { items: T[]; next: number | null }

export type EventQuery = PageQuery & { filter?: EventFilter }
/** `through`: up to this seq the log has been looked at. */
export type EventPage = Page<EventRecord> & { through: number }

/** What an event must fit; null: whatever it is. `types`: one of these. */
export type EventFilter = {
  session: string | null
  roomJid: string | null
  host: string | null
  types: EventType[] | null
}
export const EVERYTHING: EventFilter = { session: null, roomJid: null, host: null, types: null }

/** What the last entry of a page is sorted by: the next page is what lies behind it, whatever has arrived since. */
export type Key = readonly (string | number)[]
/** `after` is the `next` of the page before, null for the first. */
export type KeyedQuery = { limit: number; after?: Key | null }
/** `next` is null on the last page. */
export type KeyedPage<T> = { items: T[]; next: Key | null }

/**
 * Epoch ms. `at`: the world as it was at that instant, by what is known today: what had not begun is left out, what had
 * not ended is live. `from`, `to`: only what was going on at some time from `from` up to, and without, `to`.
 */
export type Times = { at?: number | null; from?: number | null; to?: number | null }

/** What lists are asked for: of a kind, or of none that anybody said. */
export type KindOrUnknown = Kind | typeof UNKNOWN_KIND

export type RoomSort = 'created' | 'ended' | 'duration' | 'name'
export type RoomsQuery = KeyedQuery &
  Times & {
    state: RoomState
    /** A part of the name or JID, however it is written. */
    q?: string | undefined
    host?: string | undefined
    kind?: KindOrUnknown | undefined
    /** The JID of the meeting that they belong to. */
    parent?: string | undefined
    /** The id of somebody who was in it. */
    person?: string | undefined
    /** How long they lasted at least, by then, ms. */
    minDuration?: number | undefined
    sort?: RoomSort
    descending?: boolean
    /** Until when live rooms have lasted, where that matters, epoch ms. */
    now: number
  }

export type OccupantsQuery = KeyedQuery & { session: string; at?: number | null }

export type StaysQuery = KeyedQuery &
  Times & {
    state: RoomState
    session?: string | undefined
    /** The JID of their rooms. */
    room?: string | undefined
    host?: string | undefined
    kind?: KindOrUnknown | undefined
    /** The JID of the meeting that their rooms belong to. */
    parent?: string | undefined
    person?: string | undefined
    service?: boolean | undefined
  }

export type PeopleSort = 'seen' | 'name'
export type PeopleQuery = KeyedQuery & {
  q?: string | undefined
  verified?: boolean | undefined
  sort?: PeopleSort
  descending?: boolean
  now: number
}

export type MeetingsQuery = KeyedQuery & { person: string; now: number }

/** Null: whatever the host or the kind. */
export type StatsQuery = Period & { host: string | null; kind: KindOrUnknown | null }

export type ClientsQuery = Pick<StatsQuery, 'from' | 'to' | 'host' | 'kind'>
/** `texts`: the 500 most frequent. `complete`: all stays of the range were counted, not only those of its newest rooms. */
export type ClientCounts = {
  stays: number
  complete: boolean
  texts: { userAgent: string | null; stays: number }[]
}

export type Removed = { rooms: number; stays: number; events: number }

/** All times are epoch ms. */
export type RoomRecord = Crowd & {
  session: string
  jid: string
  /** The MUC service: the domain of the JID. */
  host: string
  name: string
  kind: Kind | null
  parentJid: string | null
  createdAt: number
  endedAt: number | null
  endReason: string | null
  /** Whether its end was concluded, not reported. */
  inferred: boolean
}

export type OccupantRecord = Profile & {
  id: number
  /** The id of the person whose stay it is; null for a component of Jitsi. */
  person: string | null
  jid: string
  joinedAt: number
  leftAt: number | null
  leaveReason: string | null
  /** Whether its end was concluded, not reported. */
  inferred: boolean
  /** What was said at joining, then each change of nick, role or email. */
  history: Said[]
  session: string
  roomJid: string
  roomName: string
}

export type PersonRecord = Summary & {
  id: string
  /** Verified by a token; null for who only said so. */
  userId: string | null
  email: string | null
  /** The nick of their latest stay. */
  name: string
  /** Nicks they went by, the first ten. */
  names: string[]
}

/** What one person was in of one room: first in, last out (null: still in it), and how long in all. */
export type MeetingRecord = {
  session: string
  name: string
  jid: string
  joinedAt: number
  leftAt: number | null
  totalMs: number
}

/** `from`, `to`: epoch ms. */
export type AttendanceQuery = { session: string } | { jid: string; from: number; to: number }

/** `stays`: how many there are in it and in its breakout rooms. */
export type AttendedMeeting = Meeting & { stays: number }

export type EventRecord = {
  seq: number
  type: EventType
  at: number
  receivedAt: number
  inferred: boolean
  session: string
  roomJid: string
  /** What the event adds, by its type; see docs/api.md. */
  data: Record<string, string | null>
}
