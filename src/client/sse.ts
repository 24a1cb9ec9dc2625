// Server-Sent Events as the HTML standard parses them (html.spec.whatwg.org, 9.2.6).

export type Message = { event: string; data: string }

export class EventStream {
  /** What to send as Last-Event-ID to go on from here. A message without data moves it too. */
  lastEventId: string
  /** How long to wait before connecting again, ms, if the server has said so. */
  retry: number | undefined

  #rest = ''
  #afterCr = false
  #id: string
  #event = ''
  #data: string[] = []

  constructor(lastEventId = '', retry?: number) {
    this.lastEventId = lastEventId
    this.#id = lastEventId
    this.retry = retry
  }

  /** The stream of the next connection, which goes on where this one was. A message half said is forgotten. */
  resumed(): EventStream {
    return new EventStream(this.lastEventId, this.retry)
  }

  /** Takes text as it comes, cut anywhere; returns the messages that it completes. */
  push(text: string): Message[] {
    if (text === '') return []
    // A CR ends a line at once; the LF of a CRLF that was cut in two ends no second one.
    const begun = this.#afterCr && text.startsWith('\n') ? text.slice(1) : text
    this.#afterCr = text.endsWith('\r')
    const lines = (this.#rest + begun).split(/\r\n|\n|\r/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.#take(line))
  }

  #take(line: string): Message[] {
    if (line === '') return this.#dispatch()
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'event') this.#event = value
    if (field === 'data') this.#data.push(value)
    if (field === 'id' && !value.includes('\0')) this.#id = value
    if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value)
    return []
  }

  #dispatch(): Message[] {
    const message = { event: this.#event || 'message', data: this.#data.join('\n') }
    this.lastEventId = this.#id
    this.#event = ''
    this.#data = []
    // As the standard has it: data that is one empty line is none.
    return message.data === '' ? [] : [message]
  }
}
