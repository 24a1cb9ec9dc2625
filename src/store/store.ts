// What the ledger asks of a store. Every engine is held to test/store/contract.ts.
import type { Command, Kind, Profile } from '../ledger/command.ts'
import type { EventType } from '../ledger/event.ts'
import type { Host } from '../ledger/host.ts'
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

  /** Rooms, newest first. */
  rooms(query: PageQuery & { state: RoomState }): Promise<Page<RoomRecord>>
  /** The room with this session, live or ended; null if it was never seen. */
  room(session: string): Promise<RoomRecord | null>
  /** Every stay in the room with this session in order of joining; null if the session was never seen. */
  occupants(query: PageQuery & { session: string }): Promise<Page<OccupantRecord> | null>
  /**
   * The event log in commit order; the cursor is the seq of the last event seen. A page looks at a bounded part of the log:
   * with a filter it may hold few events, or none, and still have a `next`.
   */
  events(query: EventQuery): Promise<EventPage>
  /** The seq of the last event; 0 while there is none. */
  last(): Promise<number>
  /** Every MUC host that something was taken from, by name. */
  hosts(): Promise<Host[]>

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

/** All times are epoch ms. */
export type RoomRecord = {
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
  /** How many are in it now. */
  occupants: number
}

export type OccupantRecord = Profile & {
  jid: string
  joinedAt: number
  leftAt: number | null
  leaveReason: string | null
  /** Whether its end was concluded, not reported. */
  inferred: boolean
}

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
