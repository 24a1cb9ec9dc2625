// Prosody itself stops, dies, restarts; the module is loaded, reloaded and unloaded in the middle of meetings.
import assert from 'node:assert/strict'
import { expectLedger } from './compare.ts'
import { readRooms } from './ledger.ts'
import { CONFERENCE, PLAIN } from './prosody.ts'
import { scenario, site } from './scenario.ts'

const here = site({
  prosody: { settings: ['rollcall_retry_max = 1'], plain: ['muc_room_cache_size = 2'] },
})

scenario('a reload of the module in the middle of a meeting neither loses nor repeats', here, async (s) => {
  const room = `reload@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  const carol = await s.connect({ name: 'carol' })
  s.proxy.delayFirstAnswer(1_000) // reloaded with a request in flight and others behind it
  await bob.join(room, { nick: 'Bob' })
  await carol.join(room, { nick: 'Carol' })
  await carol.leave(room)
  await here.prosody.shell(`module:reload("rollcall", "${CONFERENCE}")`)
  await ann.change(room, { nick: 'Anna' })
  await ann.leave(room)
  await here.prosody.shell(`module:reload("muc", "${CONFERENCE}")`)
  await bob.leave(room)
  await expectLedger(s)
})

scenario('a module loaded in the middle of a meeting reports who is there', here, async (s) => {
  const room = `late@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await here.prosody.shell(`module:unload("rollcall", "${CONFERENCE}")`)
  await s.unrecorded(async () => {
    await ann.join(room, { nick: 'Ann' })
    await bob.join(room, { nick: 'Bob' })
    await bob.leave(room)
  })
  const asked = Date.now()
  await here.prosody.shell(`module:load("rollcall", "${CONFERENCE}")`)
  const who = { nick: 'Ann', role: 'moderator', userAgent: 'node', ip: '127.0.0.1' }
  s.record.joined(room, ann.jid, who, asked, Date.now())
  await ann.leave(room)
  await expectLedger(s)
})

scenario('the shell tells what waits and what was answered', here, async () => {
  const status = await here.prosody.shell('rollcall:status()')
  assert.match(status, /conference\.meet\.test: reachable; now 0 rooms, 0 occupants; waiting 0 events/)
  assert.match(status, /5 MUC components report to Rollcall/)
})

scenario('when Prosody stops, everyone has left and the rooms have ended', here, async (s) => {
  const room = `stop@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob' })
  const asked = Date.now()
  await here.prosody.stop()
  for (const { jid } of [ann, bob]) s.record.left(room, jid, 'disconnected', asked, Date.now())
  await expectLedger(s, { order: 'each' })
  await here.prosody.start()
})

scenario('after a crash of Prosody the same room is a new meeting', here, async (s) => {
  const room = `crash@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s)
  const asked = Date.now()
  await here.prosody.kill()
  await here.prosody.start()
  // Nobody could say that the first meeting was over: it ends with the last sign of life, a second old at most.
  s.record.left(room, ann.jid, 'lost', asked - 1_000, asked)
  s.record.amend(room, undefined, { reason: 'lost' })
  const bob = await s.connect({ name: 'bob' })
  await bob.join(room, { nick: 'Bob' })
  await bob.leave(room)
  await expectLedger(s)
})

scenario('a persistent room that comes back from storage goes on', here, async (s) => {
  const room = `stored@${PLAIN}`
  s.record.describe(room, { persistent: true })
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await ann.configure(room, { 'muc#roomconfig_persistentroom': '1' })
  await ann.leave(room)
  await expectLedger(s)
  await here.prosody.stop()
  await here.prosody.start()
  const bob = await s.connect({ name: 'bob' })
  await bob.join(room, { nick: 'Bob' })
  await bob.leave(room)
  await expectLedger(s)
  // And when its session has been ended meanwhile, it is opened again.
  const stored = (await readRooms(s.url)).find(({ jid }) => jid === room)
  assert.ok(stored)
  await fetch(`${s.url}/api/v1/rooms/${stored.session}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jid: room }),
  })
  await bob.join(room, { nick: 'Bob' })
  await expectLedger(s)
  await bob.leave(room)
  await expectLedger(s)
})

scenario('a room that was evicted from the cache keeps its session', here, async (s) => {
  const rooms = Array.from({ length: 4 }, (_, index) => `evicted${index}@${PLAIN}`)
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob' })
  for (const room of rooms) await ann.join(room, { nick: 'Ann' })
  for (const room of rooms) await bob.join(room, { nick: 'Bob' })
  for (const room of rooms) await ann.leave(room)
  for (const room of rooms) await bob.leave(room)
  await expectLedger(s)
})
