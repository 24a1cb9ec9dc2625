// The client follows a real server: what it is told is the log, whatever happens to its connections.
import assert from 'node:assert/strict'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { createClient } from '../../src/client/index.ts'
import { startServer, type TestServer } from '../support/server.ts'

const HOST = 'conference.example.com'

async function create({ url }: TestServer, host: string, session: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session, jid: `${session}@${host}`, name: session }),
  })
  assert.equal(answer.status, 200)
}

test('the log is told from the beginning, then what happens, once each, over broken connections', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const line = await cuttable(server.port)
  t.after(() => line.stop())
  for (let n = 0; n < 20; n += 1) await create(server, HOST, `before-${n}`)
  const seqs: number[] = []
  const control = new AbortController()
  for await (const event of createClient({ url: line.url }).events({ after: 0, signal: control.signal })) {
    seqs.push(event.seq)
    if (seqs.length === 20) await create(server, HOST, 'live')
    if (seqs.length === 21) {
      line.cut()
      await create(server, HOST, 'meanwhile')
    }
    if (seqs.length === 22) break
  }
  assert.deepEqual(
    seqs,
    Array.from({ length: 22 }, (_, n) => n + 1),
  )
})

test('without a place to begin it is told what happens from now on, and only what it asks for', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  await create(server, 'wanted', 'before')
  const events = createClient({ url: server.url }).events({ type: ['room.created'], host: 'wanted' })
  const told: string[] = []
  const reading = events.next().then(({ value }) => void (value && told.push(value.roomJid)))
  // What comes before the stream is there is not told: so something comes until it is told.
  for (let n = 0; told.length === 0; n += 1) {
    await create(server, 'other', `other-${n}`)
    await create(server, 'wanted', `wanted-${n}`)
  }
  await reading
  assert.match(told[0] ?? '', /^wanted-\d+@wanted$/)
  await events.return()
})

test('a server that stops says so, and the stream goes on with the next one', async (t) => {
  const first = await startServer()
  await create(first, HOST, 'one')
  const seqs: number[] = []
  const told: string[] = []
  let second: TestServer | undefined
  t.after(() => second?.stop())
  const onRetry = (error: unknown) => void told.push((error as Error).message)
  const line = await cuttable(first.port)
  t.after(() => line.stop())
  for await (const { seq } of createClient({ url: line.url }).events({ after: 0, onRetry })) {
    seqs.push(seq)
    if (seq === 2) break
    second = await startServer({ port: 0, settings: {} })
    await create(second, HOST, 'one')
    await create(second, HOST, 'two')
    line.to(second.port)
    await first.stop()
  }
  assert.deepEqual(seqs, [1, 2])
  assert.equal(told[0], 'the server ended the stream')
})

/** A line to a port that can be cut. */
async function cuttable(port: number) {
  let target = port
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1')
    for (const socket of [from, to]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    from.pipe(to).pipe(from)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    to: (port: number) => void (target = port),
    stop() {
      cut()
      server.close()
    },
  }
}
