// A host that could not be heard because nothing could be stored is not silent.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { temporaryFolder } from '../support/folder.ts'
import { kill } from './during.ts'
import { cannotFail, serveFaulty } from './failing.ts'

const HOST = 'conference.example.com'
/** Seconds. */
const LOST_AFTER = 3

test('what was live before the disk was full for long is live after it', { skip: cannotFail }, async (t) => {
  const folder = temporaryFolder(t)
  const settings = { ROLLCALL_LEASE: '1', ROLLCALL_LOST_AFTER: `${LOST_AFTER}` }
  const server = await serveFaulty(join(folder, 'rollcall.db'), folder, settings)
  t.after(() => kill(server))
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).status
  }
  const beat = () => post('/api/v1/heartbeat', { host: HOST, bootId: 'b1', rooms: 1, occupants: 0 })
  const ended = async () => {
    const room = (await (await fetch(`${server.url}/api/v1/rooms/s1`)).json()) as { endReason: string | null }
    return room.endReason
  }
  assert.equal(await post('/api/v1/rooms', { session: 's1', jid: `daily@${HOST}`, name: 'daily' }), 200)
  assert.equal(await beat(), 200)

  await server.fail('posix/io/rw/pwrite', 'ENOSPC')
  for (let second = 0; second < LOST_AFTER + 2; second += 1) {
    assert.equal(await beat(), 503)
    await pause(1_000)
  }
  await server.heal('posix/io/rw/pwrite')
  // The next heartbeat may take its time: there are LOST_AFTER seconds from now on.
  await pause((LOST_AFTER * 1_000) / 2)
  assert.equal(await ended(), null)
  while ((await ended()) === null) await pause(50)
  assert.equal(await ended(), 'lost')
})
