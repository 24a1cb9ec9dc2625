// Events as messages of an event stream (WHATWG HTML, 9.2 Server-sent events).
import type { EventRecord } from '../store/store.ts'
import { showEvent } from './show.ts'

/** One event of the log; JSON holds no line break, so its data is one line. */
export function eventMessage(event: EventRecord): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(showEvent(event))}\n\n`
}

/** Something about the stream itself. Without an id of its own the client keeps the last one. */
export function notice(name: 'start' | 'cut-off' | 'bye', data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Moves the client's last id on and tells it nothing else: a message without data is not dispatched. */
export function mark(seq: number): string {
  return `id: ${seq}\n\n`
}
