// Answers that come as bytes: whole, however slowly they are read, and their memory given up at once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fastify } from 'fastify'
import { sendJson } from '../../src/api/json.ts'
import { until } from '../e2e/until.ts'

const app = fastify()
const sent: Uint8Array<ArrayBuffer>[] = []
let url: string

/** More than a connection buffers. */
const LARGE = 20_000_000

app.get<{ Params: { size: string } }>('/:size', (request, reply) => {
  const bytes = new Uint8Array(Number(request.params.size)).fill(0x61)
  sent.push(bytes)
  return sendJson(reply, bytes)
})

before(async () => (url = await app.listen({ host: '127.0.0.1', port: 0 })))
after(() => app.close())

test('a large answer that is read slowly is whole, and its memory is given up when all of it is sent', async () => {
  const [response] = (await once(get(`${url}/${LARGE}`), 'response')) as [IncomingMessage]
  await pause(200)
  assert.equal(sent.at(-1)?.buffer.detached, false, 'it was given up before it was sent')
  assert.ok((await text(response)) === 'a'.repeat(LARGE))
  await until('its memory is given up', () => sent.at(-1)?.buffer.detached === true)
})

test('it says what it is and how long, and HEAD says the same', async () => {
  for (const method of ['GET', 'HEAD']) {
    const answer = await fetch(`${url}/100`, { method })
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(answer.headers.get('content-length'), '100')
    assert.equal((await answer.text()).length, method === 'GET' ? 100 : 0)
    await until('its memory is given up', () => sent.at(-1)?.buffer.detached === true)
  }
})

test('one that nobody waits for any more does no harm', async () => {
  const stopped = new AbortController()
  const answer = await fetch(`${url}/${LARGE}`, { signal: stopped.signal })
  stopped.abort()
  await assert.rejects(answer.text())
  assert.equal((await (await fetch(`${url}/10`)).text()).length, 10)
})
