// The event log as it grows: a stream that is taken up again where it broke off.
import type { Call, CallOptions } from './call.ts'
import { RollcallError } from './error.ts'
import { pause } from './pause.ts'
import { EventStream } from './sse.ts'
import type { Event } from './types.ts'

export type FollowOptions = {
  /** The `seq` of the last event already seen; 0 replays the log. Without it: what happens from now on. */
  after?: number
  session?: string
  /** A room JID. */
  room?: string
  host?: string
  type?: Event['type'] | readonly Event['type'][]
  /** Told why a connection broke, and after how many ms the next is tried. */
  onRetry?: ((error: unknown, wait: number) => void) | undefined
}

type Query = Omit<FollowOptions, 'onRetry'>
type Following = Pick<CallOptions, 'signal'> & Pick<FollowOptions, 'onRetry'>

/** Before connecting again, ms, unless the server says otherwise; doubled with each attempt in vain. */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 30_000
/** The server says something every 15 s. After three times that the connection is dead, whatever TCP thinks, ms. */
const SILENCE = 45_000

/**
 * Yields every event once, in order, over as many connections as it takes. Ends when the signal says so. Throws
 * RollcallError for a refusal that asking again cannot change.
 */
export async function* follow(
  call: Call,
  query: Query,
  following: Following,
): AsyncGenerator<Event, void, void> {
  const { signal, onRetry } = following
  let stream = new EventStream()
  let failures = 0
  for (;;) {
    if (signal?.aborted) return
    let broken: unknown = new Error('the server ended the stream')
    try {
      yield* connection(call, query, stream, signal, () => (failures = 0))
    } catch (error) {
      if (signal?.aborted) return
      if (isFinal(error)) throw error
      broken = error
    }
    const longest = Math.min((stream.retry ?? FIRST_WAIT) * 2 ** failures, LONGEST_WAIT)
    // Between half and all of it, so that readers that were cut off together do not come back together.
    const wait = longest * (0.5 + Math.random() / 2)
    failures += 1
    onRetry?.(broken, wait)
    stream = stream.resumed()
    await pause(wait, signal).catch(() => {})
  }
}

/** The events of one connection, until it ends. `onOpen`: the server streams, though there may be nothing to tell. */
async function* connection(
  call: Call,
  query: Query,
  stream: EventStream,
  signal: AbortSignal | undefined,
  onOpen: () => void,
): AsyncGenerator<Event, void, void> {
  const over = new AbortController()
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (stream.lastEventId !== '') headers['last-event-id'] = stream.lastEventId
  const giveUp = () => over.abort(new Error(`nothing was heard for ${SILENCE / 1_000} s`))
  let timer = setTimeout(giveUp, SILENCE)
  try {
    const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal
    const answer = await call('api/v1/events', query, { headers, signal: either })
    const type = answer.headers.get('content-type') ?? ''
    if (!answer.body || !type.startsWith('text/event-stream')) {
      throw new RollcallError(answer.status, 'error', 'this server does not stream events')
    }
    onOpen()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(giveUp, SILENCE)
      for (const { event, data } of stream.push(value)) {
        // What the server says of the stream itself has no dot in its name.
        if (event.includes('.')) yield JSON.parse(data) as Event
      }
    }
  } finally {
    clearTimeout(timer)
    // Also where whoever reads has had enough: the connection ends with the loop.
    over.abort()
  }
}

/** A refusal, and what is not understood: asking again changes neither. */
function isFinal(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof RollcallError && error.status < 500)
}
