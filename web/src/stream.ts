// The stream of events, for as long as it is wanted: comes back after every loss with the last id, so that no event is
// missed and none is seen twice.
import { EventStream, type Message } from '../../src/client/sse.ts'
import { Refused, sessionEnded } from './api.ts'
import { pause } from './pause.ts'

export type Listener = {
  /** The server listens to us, from this seq on; it is smaller than the last one seen if the log was restored. */
  started(seq: number): void
  received(message: Message): void
  /** Not connected since this instant, epoch ms. */
  lost(since: number): void
}

/** Between two attempts, ms: the first at once, then slower. */
const PAUSES = [300, 1_000, 2_000, 4_000, 8_000]
/** The server sends a sign of life every 15 s; without one for so long the line is dead, ms. */
const SILENCE = 40_000

export async function follow(listener: Listener, over: AbortSignal): Promise<void> {
  let stream = new EventStream()
  let attempt = 0
  while (!over.aborted) {
    const seen = stream.lastEventId
    // Half a message is forgotten with the connection that it came on.
    stream = stream.resumed()
    try {
      await connect(stream, over, (message) => {
        if (message.event === 'start') {
          attempt = 0
          listener.started((JSON.parse(message.data) as { seq: number }).seq)
        } else if (message.event !== 'cut-off' && message.event !== 'bye') listener.received(message)
      })
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return sessionEnded()
    }
    if (over.aborted) return
    // Where something came, it was lost just now; else it is still lost since before.
    if (attempt === 0 || stream.lastEventId !== seen) listener.lost(Date.now())
    // Not all together, when a server comes back that many pages wait for.
    const spread = 0.75 + Math.random() / 2
    await pause((PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 0) * spread, over)
    attempt += 1
  }
}

async function connect(
  stream: EventStream,
  over: AbortSignal,
  each: (message: Message) => void,
): Promise<void> {
  const silent = new AbortController()
  const signal = AbortSignal.any([over, silent.signal])
  let silence = setTimeout(() => silent.abort(), SILENCE)
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (stream.lastEventId !== '') headers['last-event-id'] = stream.lastEventId
    const answer = await fetch('/api/v1/events', { headers, signal, cache: 'no-store' })
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
    if (!answer.ok || !isStream || !answer.body) throw new Refused(answer.status, answer.statusText)
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(silence)
      silence = setTimeout(() => silent.abort(), SILENCE)
      stream.push(value).forEach(each)
    }
  } finally {
    clearTimeout(silence)
  }
}
