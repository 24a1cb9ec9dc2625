// The event log as a live stream for one reader: first what it lacks, at its own pace, then what comes.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Hub, Reader } from '../feed/hub.ts'
import type { EventFilter } from '../store/store.ts'
import { full } from './full.ts'
import { eventMessage, mark, notice } from './message.ts'

export type StreamOptions = {
  hub: Hub
  /** After this long without a message a sign of life is sent, ms. */
  heartbeat: number
  /** Who has more than so many bytes unsent when something comes is too slow. */
  buffer: number
  /** Calls `over` when whoever asked may no longer read. Returns what makes it not call. */
  watchAccess: (request: FastifyRequest, over: () => void) => () => void
}

/** Events read at once for one who lacks some: about 100 kB. */
const PAGE = 250
/** A reader that takes nothing for so long, while it lacks some, is too slow as well, ms. */
const PATIENCE = 30_000
/** The last words may take so long to arrive, ms. */
const GRACE = 5_000
/** When the client is to come back, ms: anywhere between, for those cut off together shall not come together. */
const RETRY = { from: 1_000, to: 3_000 }

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx: hand on what comes as it comes.
  'x-accel-buffering': 'no',
  vary: 'accept',
  // A stream ends with its connection: without chunks the same bytes can be written to every reader.
  connection: 'close',
}

/** `after`: the seq of the last event that the client has; undefined: it wants what comes from now on. */
export type Wanted = { after: number | undefined; filter: EventFilter }

export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  options: StreamOptions,
  { after, filter }: Wanted,
): Promise<unknown> {
  const stream = new EventStream(reply.raw, request, options, filter)
  const last = await options.hub.admit(stream)
  if (last === null) return full(reply, 'stream is taken now', 'ROLLCALL_STREAM_LIMIT')
  reply.verdict = 'stream'
  reply.hijack()
  // A log that was restored, or lost its end in a failover, can be shorter than what the client has seen of it.
  void stream.run(Math.min(after ?? last, last))
  return reply
}

class EventStream implements Reader {
  readonly filter: EventFilter
  seen = 0
  readonly #raw: ServerResponse
  readonly #log: FastifyRequest['log']
  readonly #options: StreamOptions
  readonly #over = new AbortController()
  readonly #unwatch: () => void
  #heartbeat: NodeJS.Timeout | undefined

  constructor(raw: ServerResponse, request: FastifyRequest, options: StreamOptions, filter: EventFilter) {
    this.#raw = raw
    this.#log = request.log
    this.#options = options
    this.filter = filter
    this.#unwatch = options.watchAccess(request, () => this.end('session-over'))
    raw.on('close', () => this.#leave())
  }

  async run(after: number): Promise<void> {
    const raw = this.#raw
    // It went before anybody listened for that.
    if (raw.destroyed) return this.#leave()
    // A peer that vanished without a word is noticed although nothing is sent to it.
    raw.socket?.setKeepAlive(true, this.#options.heartbeat)
    raw.removeHeader('transfer-encoding')
    raw.writeHead(200, HEADERS)
    this.seen = after
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeat)
    const retry = Math.round(RETRY.from + Math.random() * (RETRY.to - RETRY.from))
    this.#write(`retry: ${retry}\nid: ${after}\n${notice('start', { seq: after })}`)
    try {
      while (!this.#over.signal.aborted && !this.#options.hub.enter(this)) await this.#catchUp()
    } catch (error) {
      if (this.#over.signal.aborted) return
      this.#log.error({ err: error }, 'an event stream broke')
      this.end('broken')
    }
  }

  give(messages: Buffer): void {
    if (this.#raw.writableLength > this.#options.buffer) this.#cutOff()
    else this.#write(messages)
  }

  end(reason: 'stopping' | 'broken' | 'session-over'): void {
    this.#finish(notice('bye', { reason }))
  }

  /** A page of what it lacks, and no more before that has left this process. */
  async #catchUp(): Promise<void> {
    const { hub } = this.#options
    const page = await hub.page(this, PAGE)
    if (!page || this.#over.signal.aborted) return
    const { items, through } = page
    // The log has lost its end, and with it what the hub remembers: asking on would ask for ever.
    if (through <= this.seen) return this.end('broken')
    hub.counts.sent += items.length
    const behind = items.at(-1)?.seq !== through
    this.#write(items.map(eventMessage).join('') + (behind ? mark(through) : ''))
    this.seen = through
    if (this.#raw.writableNeedDrain) await this.#drained()
  }

  async #drained(): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE)
    try {
      await once(this.#raw, 'drain', { signal: AbortSignal.any([patience, this.#over.signal]) })
    } catch {
      if (patience.aborted) this.#cutOff()
    }
  }

  #write(text: string | Buffer): void {
    this.#raw.write(text)
    this.#heartbeat?.refresh()
  }

  /** With the id that it has come to, or who comes back would have all searched again that did not fit the filter. */
  #beat(): void {
    // Who does not read what is there needs no sign of life.
    if (this.#raw.writableLength === 0) this.#write(`:\n${mark(this.seen)}`)
  }

  #cutOff(): void {
    const { counts } = this.#options.hub
    counts.cutOff += 1
    this.#log.info({ unsent: this.#raw.writableLength }, 'a reader of the event stream was too slow: cut off')
    this.#finish(notice('cut-off', { reason: 'slow' }))
  }

  #finish(lastWords: string): void {
    if (this.#over.signal.aborted) return
    this.#leave()
    // Not admitted yet: it gets an answer like any other.
    if (!this.#raw.headersSent) return
    this.#raw.end(lastWords)
    const grace = setTimeout(() => this.#raw.destroy(), GRACE)
    this.#raw.on('close', () => clearTimeout(grace))
  }

  #leave(): void {
    this.#over.abort()
    this.#unwatch()
    clearInterval(this.#heartbeat)
    this.#options.hub.leave(this)
  }
}
