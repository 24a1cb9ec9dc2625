// What Prometheus is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../support/server.ts'

test('counts requests by route and verdict, commits by size, and what is live', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const send = (path: string, body: object) =>
    fetch(`${server.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const room = { name: 'daily', session: 's1', jid: 'daily@conference.example.com' }
  await send('rooms', room)
  await send('rooms', room)
  await send('rooms', {})
  await send('occupants', { jid: 'ann@example.com/a', roomJid: room.jid, nick: 'Ann', role: 'participant' })
  await fetch(`${server.url}/nowhere`)

  const text = await (await fetch(`${server.url}/metrics`)).text()
  const wanted = [
    'rollcall_requests_total{method="POST",route="/api/v1/rooms",verdict="success"} 1',
    'rollcall_requests_total{method="POST",route="/api/v1/rooms",verdict="duplicate"} 1',
    'rollcall_requests_total{method="POST",route="/api/v1/rooms",verdict="invalid"} 1',
    'rollcall_requests_total{method="GET",route="none",verdict="not-found"} 1',
    'rollcall_request_duration_seconds_count{method="POST",route="/api/v1/occupants"} 1',
    'rollcall_batch_size_sum 3',
    'rollcall_queue_length 0',
    'rollcall_live_rooms 1',
    'rollcall_live_occupants 1',
  ]
  const lines = text.split('\n')
  assert.deepEqual(
    wanted.filter((line) => !lines.includes(line)),
    [],
  )
  assert.doesNotMatch(text, /ann|daily|s1/)
})
