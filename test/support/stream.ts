// A client of the event stream: reads it as WHATWG HTML 9.2.6 says, on a bare connection, as fast or slow as a test wants.
import { request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

export type Message = { id: string; event: string; data: Record<string, unknown> }

export type Client = {
  status: number
  headers: IncomingMessage['headers']
  /** All that was dispatched so far, those about the stream itself included. */
  messages: Message[]
  /** The seqs of the events among them. */
  seqs(): number[]
  /** What the client would send as Last-Event-ID. */
  lastId(): string
  /** Signs of life so far. */
  comments(): number
  /** The bytes as they came. */
  raw(): string
  /** Stops and goes on taking bytes from the connection. */
  pause(): void
  resume(): void
  /** Hangs up. */
  leave(): void
  /** Resolves when the connection has ended, however that was. */
  ended: Promise<void>
}

export type Wish = { query?: string; lastEventId?: string | undefined; headers?: Record<string, string> }

/** Resolves with the head of the answer; hangs up when the test is over. */
export async function openStream(
  t: TestContext,
  { url }: { url: string },
  { query = '', lastEventId, headers = {} }: Wish = {},
): Promise<Client> {
  const sent = request(`${url}/api/v1/events${query}`, {
    agent: false,
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      ...headers,
    },
  })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const leave = () => void answer.destroy()
  t.after(leave)

  const messages: Message[] = []
  let raw = ''
  let comments = 0
  let lastId = ''
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []

  function take(line: string): void {
    if (line === '') return dispatch()
    if (line.startsWith(':')) return void (comments += 1)
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (field === 'id') id = value
    else if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }

  function dispatch(): void {
    lastId = id
    if (data.length > 0) messages.push({ id, event, data: JSON.parse(data.join('\n')) as Message['data'] })
    event = ''
    data = []
  }

  answer.setEncoding('utf8').on('data', (text: string) => {
    raw += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  })
  answer.on('error', () => {})
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    messages,
    seqs: () =>
      messages.flatMap(({ data: { seq }, event }) => (event === 'start' ? [] : [seq])).filter(isSeq),
    lastId: () => lastId,
    comments: () => comments,
    raw: () => raw,
    pause: () => void answer.pause(),
    resume: () => void answer.resume(),
    leave,
    ended: new Promise((resolve) => answer.on('close', resolve)),
  }
}

function isSeq(seq: unknown): seq is number {
  return typeof seq === 'number'
}
