// What the log says of a defect: enough to find it, and nothing of the people whom it met.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'

test('a row that PostgreSQL refuses is logged by its constraint, not by what stands in it, and the next is taken', async (t) => {
  const postgres = await startPostgres('installed')
  t.after(() => postgres.dispose())
  const server = await serve({ ROLLCALL_DATABASE: postgres.url })
  t.after(() => server.child.kill())
  const client = new pg.Client(postgres.url)
  await client.connect()
  await client.query(`alter table rollcall.occupants add constraint nobody check (nick <> 'Ann')`)
  await client.end()
  const post = (path: string, body: unknown) =>
    fetch(`${server.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const roomJid = 'daily@conference.example.com'
  assert.equal((await post('rooms', { name: 'daily', session: 's1', jid: roomJid })).status, 200)
  const ann = { jid: 'ann@example.com/a', nick: 'Ann', role: 'participant', ip: '192.0.2.7', roomJid }
  assert.equal((await post('occupants', ann)).status, 500)
  // On the same connection, which has skipped what was sent behind it.
  const ben = { ...ann, jid: 'ben@example.com/a', nick: 'Ben' }
  assert.equal((await post('occupants', ben)).status, 200)
  server.child.kill()
  await server.exited
  const line = server.output().split('\n').find((text) => text.includes('request failed')) // prettier-ignore
  const { err } = JSON.parse(line ?? '{}') as { err: Record<string, string> }
  assert.deepEqual([err['type'], err['code'], err['constraint']], ['DatabaseError', '23514', 'nobody'])
  assert.match(err['stack'] ?? '', /at .*postgres/)
  assert.doesNotMatch(server.output(), /Ann|ann@|Ben|192\.0\.2\.7/)
})
