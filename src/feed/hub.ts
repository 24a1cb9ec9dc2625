// The log for all who stream it: one follower, each event formatted once, each reader given to once a tick.
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../store/errors.ts'
import type { EventFilter, EventPage, EventRecord, Store } from '../store/store.ts'
import { fits } from './filter.ts'
import type { Feed } from './tail.ts'
import { createTurns } from './turns.ts'

export type Reader = {
  readonly filter: EventFilter
  /** Up to this seq it has been given all that is for it. The hub moves it on. */
  seen: number
  /** Takes the messages of so many events, in the order of the log. */
  give(messages: Buffer, events: number): void
  /** No more will come. */
  end(why: 'stopping' | 'broken'): void
}

export type HubOptions = {
  store: Pick<Store, 'events' | 'last'>
  feed: Feed
  /** Readers at the same time. */
  limit: number
  format: (event: EventRecord) => string
  /** The log could not be read: readers stay, and it is tried again, if that is StoreUnavailable. Else they are ended. */
  onTrouble: (error: unknown) => void
}

/**
 * Events that can be given again from memory: a reader that comes back within seconds, and one that has read the log up to
 * a moment ago, costs no query, so a thousand that come back at once do not run after the end of the log for ever.
 */
const RECENT = 2_000
/** Pages that readers may ask the store for at the same time: who asks for a list does not wait for all of them. */
const BACKFILLS = 2
/** Before the store is asked again, ms. */
const RETRY = 1_000
/**
 * What is committed within so many ms is one write to each reader. A thousand writes take about 15 ms: without a pause, and
 * with one of 10 ms, the main thread would do little else at a commit every few ms.
 */
const TICK = 25

type Entry = { event: EventRecord; message: string }
type Group = { filter: EventFilter; readers: Set<Reader> }

export class Hub {
  /** Since the start: readers taken, events given to them, and readers that were too slow. */
  readonly counts = { opened: 0, sent: 0, cutOff: 0 }
  readonly #options: HubOptions
  readonly #turns = createTurns(BACKFILLS)
  readonly #readers = new Set<Reader>()
  /** Those that have come to the end of the log, by filter. */
  readonly #groups = new Map<string, Group>()
  /** All that came after the event with the seq `#since`. */
  #recent: Entry[] = []
  #since = 0
  #seen = 0
  #following: AbortController | undefined
  #closed = false

  constructor(options: HubOptions) {
    this.#options = options
  }

  get readers(): number {
    return this.#readers.size
  }

  /**
   * Takes one more, and gives the seq of the log's last event; null if there is no place, or the hub is closed. Rejects
   * with StoreUnavailable if the log cannot be read now.
   */
  async admit(reader: Reader): Promise<number | null> {
    if (this.#closed || this.#readers.size >= this.#options.limit) return null
    this.#readers.add(reader)
    try {
      const last = await this.#options.store.last()
      // It may have left meanwhile.
      if (!this.#readers.has(reader)) return null
      if (!this.#following) this.#start(last)
      this.counts.opened += 1
      return last
    } catch (error) {
      this.leave(reader)
      throw error
    }
  }

  /** What the log has for this reader next. Waits while the log cannot be read; null if the reader has left. */
  async page(reader: Reader, limit: number): Promise<EventPage | null> {
    const { store } = this.#options
    const { filter } = reader
    while (this.#readers.has(reader)) {
      try {
        return await this.#turns(async () =>
          this.#readers.has(reader) ? store.events({ filter, cursor: reader.seen, limit }) : null,
        )
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await pause(RETRY, undefined, { ref: false })
      }
    }
    return null
  }

  /**
   * From here on the reader is given what comes, and first what it lacks. False if that is more than memory holds: then it
   * is to read a page, and ask again.
   */
  enter(reader: Reader): boolean {
    if (reader.seen < this.#since) return false
    const { filter } = reader
    const key = JSON.stringify(filter)
    const group = this.#groups.get(key) ?? { filter, readers: new Set() }
    group.readers.add(reader)
    this.#groups.set(key, group)
    this.#give(
      reader,
      this.#recent.filter(({ event }) => fits(filter, event)),
    )
    return true
  }

  leave(reader: Reader): void {
    if (!this.#readers.delete(reader)) return
    const key = JSON.stringify(reader.filter)
    const group = this.#groups.get(key)
    group?.readers.delete(reader)
    if (group?.readers.size === 0) this.#groups.delete(key)
    // Who comes next begins at the end of the log; until then nobody needs to read it.
    if (this.#readers.size === 0) this.#stop()
  }

  /** Ends all readers and admits none. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.end('stopping')
    this.#stop()
  }

  #start(last: number): void {
    const following = new AbortController()
    this.#following = following
    this.#seen = this.#since = last
    void this.#follow(following.signal)
  }

  #stop(): void {
    this.#following?.abort()
    this.#following = undefined
    this.#recent = []
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let troubled = false
    while (!signal.aborted) {
      try {
        for await (const events of this.#options.feed.follow(this.#seen, signal)) {
          if (signal.aborted) return
          troubled = false
          this.#broadcast(events)
          await pause(TICK)
        }
      } catch (error) {
        if (!troubled) this.#options.onTrouble(error)
        troubled = true
        if (!(error instanceof StoreUnavailable)) for (const reader of this.#readers) reader.end('broken')
        await pause(RETRY, undefined, { signal }).catch(() => {})
      }
    }
  }

  #broadcast(events: EventRecord[]): void {
    const { format } = this.#options
    const entries = events.map((event) => ({ event, message: format(event) }))
    const before = this.#seen
    this.#seen = events.at(-1)?.seq ?? before
    this.#remember(entries)
    for (const { filter, readers } of this.#groups.values()) {
      const fitting = entries.filter(({ event }) => fits(filter, event))
      const messages = join(fitting)
      for (const reader of readers) {
        if (reader.seen > before) this.#give(reader, fitting)
        else this.#hand(reader, messages, fitting.length)
      }
    }
  }

  #remember(entries: Entry[]): void {
    const forgotten = [...this.#recent, ...entries]
    this.#recent = forgotten.splice(-RECENT)
    this.#since = forgotten.at(-1)?.event.seq ?? this.#since
  }

  /** What of these it has not seen: it may have read further than the hub. */
  #give(reader: Reader, entries: Entry[]): void {
    const fresh = entries.filter(({ event }) => event.seq > reader.seen)
    this.#hand(reader, join(fresh), fresh.length)
  }

  #hand(reader: Reader, messages: Buffer, events: number): void {
    reader.seen = Math.max(reader.seen, this.#seen)
    if (events === 0) return
    this.counts.sent += events
    reader.give(messages, events)
  }
}

function join(entries: Entry[]): Buffer {
  return Buffer.from(entries.map(({ message }) => message).join(''))
}
