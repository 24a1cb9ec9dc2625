// Ways to leave: kicked, banned, cut off, and to come back.
import { expectLedger } from './compare.ts'
import { AUTH, CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'

const here = site()

scenario('who is kicked or banned has left for that reason', here, async (s) => {
  const room = `kick@${CONFERENCE}`
  const focus = await s.connect({ name: 'focus', domain: AUTH })
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await focus.join(room, { nick: 'focus' })
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob' })
  await focus.kick(room, ann.nickIn(room))
  await ann.waitForRemoval(room)
  await focus.grant(room, bob.jid, 'outcast')
  await bob.waitForRemoval(room)
  await focus.leave(room)
  await expectLedger(s)
})

for (const transport of ['websocket', 'tcp'] as const) {
  scenario(`a cut ${transport} connection is a leave at that moment`, here, async (s) => {
    const room = `cut-${transport}@${CONFERENCE}`
    const ann = await s.connect({ name: 'ann', transport })
    const bob = await s.connect({ name: 'bob', transport })
    await ann.join(room, { nick: 'Ann' })
    await bob.join(room, { nick: 'Bob' })
    await ann.drop()
    await expectLedger(s)
    await bob.drop()
    await expectLedger(s)
  })
}

scenario('a rejoin with the same JID is a new stay', here, async (s) => {
  const room = `rejoin@${CONFERENCE}`
  const bob = await s.connect({ name: 'bob' })
  const ann = await s.connect({ name: 'ann' })
  await bob.join(room, { nick: 'Bob' })
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await ann.join(room, { nick: 'Ann again' })
  await ann.drop()
  await expectLedger(s) // the cut must have been noticed before the same JID connects again
  const again = await s.connect({ name: 'ann' })
  await again.join(room, { nick: 'Ann once more' })
  await again.leave(room)
  await bob.leave(room)
  await expectLedger(s)
})

scenario('two devices of one person under one name are one stay', here, async (s) => {
  const room = `devices@${CONFERENCE}`
  const bob = await s.connect({ name: 'bob' })
  const desk = await s.connect({ name: 'ann', resource: 'desk' })
  const phone = await s.connect({ name: 'ann', resource: 'phone', transport: 'tcp' })
  await bob.join(room, { nick: 'Bob' })
  await desk.join(room, { nick: 'Ann' }, 'ann')
  await s.unrecorded(() => phone.join(room, { nick: 'Ann' }, 'ann'))
  await s.unrecorded(() => desk.leave(room))
  const now = Date.now()
  await s.unrecorded(() => phone.leave(room))
  s.record.left(room, desk.jid, 'left', now, Date.now())
  await bob.leave(room)
  await expectLedger(s)
})

scenario('a room that is created anew is a meeting of its own', here, async (s) => {
  const room = `again@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  for (const round of ['one', 'two', 'three']) {
    await ann.join(room, { nick: `Ann ${round}` })
    await bob.join(room, { nick: `Bob ${round}` })
    await ann.leave(room)
    await bob.leave(room)
  }
  await expectLedger(s)
})
