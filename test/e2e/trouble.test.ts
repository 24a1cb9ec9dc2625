// The server is slow, restarts, loses an answer, refuses the token, or has forgotten a meeting.
import assert from 'node:assert/strict'
import { startServer } from '../support/server.ts'
import { expectLedger } from './compare.ts'
import { readRooms } from './ledger.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site({ prosody: { settings: ['rollcall_timeout = 2', 'rollcall_retry_max = 1'] } })

scenario('a server whose first answer takes 800 ms gets everything in order', here, async (s) => {
  const room = `slow@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  s.proxy.delayFirstAnswer(800)
  await ann.join(room, { nick: 'Ann' })
  await ann.change(room, { nick: 'Anna' })
  await bob.join(room, { nick: 'Bob' })
  await ann.leave(room)
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await bob.leave(room)
  await expectLedger(s)
})

scenario('an answer that does not come in time is asked for again, and counts once', here, async (s) => {
  const room = `too-slow@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  s.proxy.delayFirstAnswer(20_000)
  const asked = Date.now()
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await expectLedger(s)
  assert.ok(Date.now() - asked < 8_000, 'on a connection of its own, not behind the one that is held')
})

scenario('an answer that is lost is asked for again, and counts once', here, async (s) => {
  const room = `lost@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s)
  s.proxy.loseNextAnswer()
  await ann.change(room, { nick: 'Anna' })
  await expectLedger(s)
  s.proxy.loseNextAnswer()
  await ann.leave(room)
  await expectLedger(s)
})

scenario('a restart of the server in the middle loses nothing', here, async (s) => {
  const room = `restart@${CONFERENCE}`
  const other = `restart-other@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s)
  const { port, databasePath } = here.server
  await here.server.stop()
  await ann.change(room, { nick: 'Anna' })
  await bob.join(room, { nick: 'Bob' })
  await bob.join(other, { nick: 'Bob' })
  await ann.leave(room)
  await until('the outage is noticed', () => here.prosody.log().includes('does not answer as it should'))
  here.server = await startServer({ port, databasePath })
  await bob.leave(room)
  await bob.leave(other)
  await expectLedger(s)
  assert.match(here.prosody.log(), /answers again/)
})

scenario('a meeting that the server has ended goes on, with everyone who is in it', here, async (s) => {
  const room = `forgotten@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s)
  const first = (await readRooms(s.url)).find(({ jid }) => jid === room)
  assert.ok(first)
  const answer = await fetch(`${s.url}/api/v1/rooms/${first.session}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jid: room }),
  })
  assert.equal(answer.status, 200)
  await bob.join(room, { nick: 'Bob' })
  await expectLedger(s) // the join found the room closed, and a snapshot has opened it again
  await bob.leave(room)
  await ann.leave(room)
  await expectLedger(s)
})

scenario('whatever went wrong, the log names nobody', here, async () => {
  const lines = here.prosody
    .log()
    .split('\n')
    .filter((line) => line.includes(':rollcall\t'))
  assert.ok(lines.length > 7, 'there is something to look at')
  for (const line of lines) assert.doesNotMatch(line, /ann|bob|forgotten|restart|@/i)
})
