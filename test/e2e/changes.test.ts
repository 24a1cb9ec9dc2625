// What changes while people are in a room: nick, email, role, the name in the room's JIDs.
import assert from 'node:assert/strict'
import { expectLedger } from './compare.ts'
import { AUTH, CONFERENCE, PLAIN } from './prosody.ts'
import { scenario, site } from './scenario.ts'

const here = site()

scenario('a change of nick or email is in the ledger, an unchanged presence is not', here, async (s) => {
  const room = `changes@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob', email: 'bob@example.com' })
  await ann.change(room, { nick: 'Ann Müller 漢字' })
  await ann.change(room, {})
  await ann.change(room, { email: 'ann@example.com' })
  await bob.change(room, { nick: 'Robert', email: 'robert@example.com' })
  await ann.leave(room)
  await bob.leave(room)
  await expectLedger(s)
  const [, answered] = /conference.*answered (\d+)/.exec(await here.prosody.shell('rollcall:status()')) ?? []
  assert.equal(Number(answered), s.record.deeds.length, 'a request for each deed, and no more')
})

scenario('nicks that the server would refuse are made acceptable, not lost', here, async (s) => {
  const room = `strange@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const long = '漢'.repeat(400)
  await ann.join(room, { nick: ' a\u0085b\u007fc ' })
  s.record.amend(room, ann.jid, { nick: 'a b c' })
  await ann.change(room, { nick: long })
  s.record.amend(room, ann.jid, { nick: '漢'.repeat(341) })
  await ann.change(room, { nick: '\u0080' })
  s.record.amend(room, ann.jid, { nick: ann.nickIn(room) })
  await ann.leave(room)
  await expectLedger(s)
})

scenario('a promotion to moderator and a demotion are in the ledger', here, async (s) => {
  const room = `promotion@${CONFERENCE}`
  const focus = await s.connect({ name: 'focus', domain: AUTH })
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await focus.join(room, { nick: 'focus' })
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob' })
  await focus.grant(room, ann.jid, 'owner')
  await ann.waitForRole(room, 'moderator')
  await focus.setRole(room, bob.nickIn(room), 'moderator')
  await bob.waitForRole(room, 'moderator')
  await focus.setRole(room, bob.nickIn(room), 'participant')
  await bob.waitForRole(room, 'participant')
  await bob.leave(room)
  await ann.leave(room)
  await focus.leave(room)
  await expectLedger(s)
})

scenario('another name in the room is the same stay, with and without joining anew', here, async (s) => {
  const room = `rename@${PLAIN}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob' })
  await ann.join(room, {}, 'ann')
  await bob.join(room, { nick: 'Bob' }, 'bob')
  await ann.rename(room, 'anna', { muc: false })
  await bob.rename(room, 'robert', { muc: true })
  await ann.rename(room, 'annabel', { muc: true })
  await bob.leave(room)
  await ann.leave(room)
  await expectLedger(s)
})

scenario('a change of name alone in a room ends it, as Prosody does', here, async (s) => {
  const room = `alone@${PLAIN}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' }, 'ann')
  await ann.rename(room, 'anna', { muc: true })
  const now = Date.now()
  s.record.left(room, ann.jid, 'room-ended', now, now)
  await expectLedger(s)
})
