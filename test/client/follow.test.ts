// The stream of events as a reader sees it whose connections break. The server here is a script: what a real one does
// cannot be made to happen on demand.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createClient } from '../../src/client/index.ts'

type Connection = (answer: ServerResponse, request: IncomingMessage) => void

/** A client of a server that treats its connections as it is told, one after another, the last for ever. */
async function scripted(t: TestContext, ...connections: Connection[]) {
  const asked: { url: string; lastEventId: string | undefined }[] = []
  const server = createServer((request, answer) => {
    const { url = '', headers } = request
    asked.push({ url, lastEventId: headers['last-event-id'] as string | undefined })
    assert.equal(headers.accept, 'text/event-stream')
    connections[Math.min(asked.length, connections.length) - 1]?.(answer, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const port = (server.address() as AddressInfo).port
  return { client: createClient({ url: `http://127.0.0.1:${port}`, retries: 0 }), asked, server }
}

const stream = (...parts: string[]): Connection => {
  return (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for (const part of parts) answer.write(part)
  }
}
const ending = (connection: Connection): Connection => {
  return (answer, request) => {
    connection(answer, request)
    answer.end()
  }
}
const cut = (connection: Connection): Connection => {
  return (answer, request) => {
    connection(answer, request)
    answer.write('id: 99\ndata: {"half', () => answer.destroy())
  }
}
const event = (seq: number) => `id: ${seq}\nevent: room.ended\ndata: {"seq":${seq}}\n\n`
const QUICK = 'retry: 1\n\n'

/** The seqs of the first events. */
async function first(count: number, events: AsyncIterable<{ seq: number }>): Promise<number[]> {
  const seqs: number[] = []
  for await (const { seq } of events) if (seqs.push(seq) === count) break
  return seqs
}

test('a stream that ends or breaks is taken up where it was, and nothing is told twice or left out', async (t) => {
  const { client, asked } = await scripted(
    t,
    ending(stream(QUICK, event(3), event(4))),
    cut(stream(event(5))),
    ending(stream()),
    stream(event(6)),
  )
  assert.deepEqual(await first(4, client.events({ after: 2, host: 'a.example' })), [3, 4, 5, 6])
  assert.deepEqual(
    asked.map(({ lastEventId }) => lastEventId),
    [undefined, '4', '5', '5'],
  )
  assert.deepEqual([...new Set(asked.map(({ url }) => url))], ['/api/v1/events?after=2&host=a.example'])
})

test('what the server says of the stream itself is no event, but its ids count', async (t) => {
  const start = `${QUICK}id: 41\nevent: start\ndata: {"seq":41}\n\n`
  const { client, asked } = await scripted(
    t,
    ending(stream(start, ': heartbeat\n\n', 'id: 77\n\n', 'event: bye\ndata: {"reason":"stopping"}\n\n')),
    stream(event(78)),
  )
  assert.deepEqual(await first(1, client.events()), [78])
  assert.equal(asked[1]?.lastEventId, '77')
})

test('letters that are cut between two packets arrive whole', async (t) => {
  const text = Buffer.from('id: 1\nevent: room.created\ndata: {"seq":1,"data":{"name":"Zoë 🎉"}}\n\n')
  const { client } = await scripted(t, (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    // A byte a packet.
    void (async () => {
      for (const byte of text) {
        answer.write(Buffer.from([byte]))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
  })
  for await (const event of client.events()) {
    assert.equal(event.type === undefined && (event as { data: { name: string } }).data.name, 'Zoë 🎉')
    break
  }
})

test('several types are asked for, each by itself', async (t) => {
  const { client, asked } = await scripted(t, stream(event(1)))
  await first(1, client.events({ type: ['room.created', 'room.ended'], session: 'a b' }))
  assert.equal(asked[0]?.url, '/api/v1/events?type=room.created&type=room.ended&session=a+b')
})

test('a server that is busy or not there yet is asked again', async (t) => {
  const busy: Connection = (answer) => answer.writeHead(503, { 'retry-after': '0' }).end('{}')
  const { client, asked } = await scripted(
    t,
    ending(stream(QUICK)),
    busy,
    (answer) => answer.destroy(),
    stream(event(1)),
  )
  const told: string[] = []
  const onRetry = (error: unknown) => void told.push((error as Error).message)
  assert.deepEqual(await first(1, client.events({ onRetry })), [1])
  assert.equal(asked.length, 4)
  assert.deepEqual(told, ['the server ended the stream', '503 Service Unavailable', 'fetch failed'])
})

test('a connection on which nothing happened was none in vain: the next is tried as soon as after the first', async (t) => {
  const quiet = ending(stream(QUICK))
  const { client } = await scripted(t, quiet, quiet, quiet, quiet, quiet, stream(event(1)))
  const waits: number[] = []
  await first(1, client.events({ onRetry: (_, wait) => void waits.push(wait) }))
  assert.equal(waits.length, 5)
  assert.deepEqual(
    waits.filter((wait) => wait > 1),
    [],
  )
})

test('a refusal ends it with an error', async (t) => {
  const body = '{"status":"unauthorized","message":"no token"}'
  const { client, asked } = await scripted(t, (answer) => answer.writeHead(401).end(body))
  await assert.rejects(first(1, client.events()), { status: 401, word: 'unauthorized', message: 'no token' })
  assert.equal(asked.length, 1)
})

test('an answer that is no stream ends it with an error', async (t) => {
  const { client } = await scripted(t, (answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await assert.rejects(first(1, client.events()), { message: 'this server does not stream events' })
})

test('the signal ends it without an error: before, while waiting for an event, and between two connections', async (t) => {
  const { client } = await scripted(t, stream(event(1)))
  assert.deepEqual(await first(9, client.events({ signal: AbortSignal.abort() })), [])

  const control = new AbortController()
  for await (const { seq } of client.events({ signal: control.signal })) {
    assert.equal(seq, 1)
    setImmediate(() => control.abort())
  }

  const stopped = new AbortController()
  const { client: waiting } = await scripted(t, ending(stream('retry: 60000\n\n')))
  const onRetry = () => setImmediate(() => stopped.abort())
  assert.deepEqual(await first(9, waiting.events({ signal: stopped.signal, onRetry })), [])
})

test('the connection ends with the loop', async (t) => {
  let closed: Promise<unknown> | undefined
  const { client } = await scripted(t, (answer, request) => {
    closed = once(answer, 'close')
    stream(event(1))(answer, request)
  })
  assert.deepEqual(await first(1, client.events()), [1])
  await closed
})
