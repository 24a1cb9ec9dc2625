// Heartbeats and snapshots: whatever made the server and Prosody differ, they agree again without anyone's help.
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { startServer } from '../support/server.ts'
import { expectLedger } from './compare.ts'
import { readOccupants, readRooms } from './ledger.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site({
  prosody: { settings: ['rollcall_retry_max = 1', 'rollcall_heartbeat = 0.3', 'rollcall_timeout = 2'] },
})

async function inSync(): Promise<void> {
  await until('they agree', async () => {
    const status = await here.prosody.shell('rollcall:status()')
    return /conference\S+ .*in sync: yes/.test(status)
  })
}

scenario('heartbeats that agree change nothing', here, async (s) => {
  const room = `calm@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  for (let round = 0; round < 8; round += 1) {
    await bob.join(room, { nick: 'Bob' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await bob.leave(room)
  }
  await inSync()
  await ann.leave(room)
  await expectLedger(s)
  assert.doesNotMatch(here.prosody.log(), /snapshot mended/)
  assert.match(await here.prosody.shell('rollcall:status()'), /conference.* snapshots 1,/)
})

scenario('a ledger put back to an older state learns what is live now', here, async (s) => {
  const room = `restored@${CONFERENCE}`
  const gone = `restored-gone@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await bob.join(gone, { nick: 'Bob' })
  await expectLedger(s)
  const { port, databasePath } = here.server
  await here.server.stop()
  copyFileSync(databasePath, `${databasePath}.old`)
  here.server = await startServer({ port, databasePath })
  await bob.leave(gone)
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob' })
  await expectLedger(s)
  await here.server.stop()
  copyFileSync(`${databasePath}.old`, databasePath)
  here.server = await startServer({ port, databasePath })
  await until('it is mended', () => /snapshot mended .*joined 2/.test(here.prosody.log()))
  await inSync()
  const rooms = (await readRooms(s.url)).filter(({ jid }) => jid === room || jid === gone)
  assert.deepEqual(rooms.map(({ jid, endedAt }) => `${jid} ${endedAt === null ? 'live' : 'ended'}`).sort(), [
    `${gone} ended`,
    `${room} live`,
  ])
  const live = rooms.find(({ jid }) => jid === room)
  assert.equal((await readOccupants(s.url, live?.session ?? '')).length, 2)
})

scenario('a reload in the middle of a meeting is no reason for a correction', here, async (s) => {
  const room = `reloaded@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s)
  const mended = here.prosody.log().split('snapshot mended').length
  await here.prosody.shell(`module:reload("rollcall", "${CONFERENCE}")`)
  await inSync()
  assert.equal(here.prosody.log().split('snapshot mended').length, mended)
  await ann.leave(room)
  await expectLedger(s)
})
