// Who someone is: user agent, address, token; and an occupant whose session is gone.
import { boshClient } from './bosh.ts'
import { expectLedger } from './compare.ts'
import { CONFERENCE, DOMAIN } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site({
  prosody: {
    settings: ['rollcall_ghost_check = 0.3'],
  },
})

scenario('a BOSH client has the user agent and address it opened its session with', here, async (s) => {
  const room = `bosh@${CONFERENCE}`
  const headers = { 'user-agent': 'Browser/1.0 (test)', 'x-forwarded-for': '203.0.113.9' }
  const ann = await boshClient(here.prosody.httpPort, { name: 'ann', domain: DOMAIN, headers })
  const presence = (type: string) => `<presence xmlns="jabber:client" to="${room}/ann" ${type}`
  const joining = Date.now()
  await ann.send(`${presence('')}><x xmlns="http://jabber.org/protocol/muc"/></presence>`)
  const who = { nick: 'ann', role: 'moderator', userAgent: 'Browser/1.0 (test)', ip: '203.0.113.9' }
  s.record.joined(room, ann.jid, who, joining, Date.now())
  const leaving = Date.now()
  await ann.send(`${presence('type="unavailable"')}/>`)
  s.record.left(room, ann.jid, 'left', leaving, Date.now())
  await expectLedger(s)
})

scenario('who came with a token is known by it', here, async (s) => {
  const room = `token-user@${CONFERENCE}`
  const ann = await s.connect({ name: 'token-ann' })
  await ann.join(room)
  const known = { userId: '4711', email: 'token@example.com' }
  s.record.amend(room, ann.jid, { ...known, nick: 'Name in token' })
  await ann.change(room, { nick: 'Ann' })
  await ann.leave(room)
  await expectLedger(s)
})

scenario('a JID may hold anything a JID may hold', here, async (s) => {
  const room = `spelling@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann', resource: 'Büro/50%25 #1?x=1', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann' }, 'a/b%2Fc')
  await ann.change(room, { nick: 'Anna' })
  await ann.leave(room)
  await expectLedger(s)
})

scenario('a room whose creation is never announced is reported with its first occupant', here, async (s) => {
  const room = `locked@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await expectLedger(s) // now, not when the room ends
  await ann.leave(room)
  await expectLedger(s)
})

scenario('an occupant whose session is gone without a leave has left', here, async (s) => {
  const room = `ghost@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob' })
  await ann.join(room, { nick: 'Ann' })
  await bob.join(room, { nick: 'Bob' })
  const asked = Date.now()
  await here.prosody.shell(`> prosody.full_sessions["${ann.jid}"] = nil`)
  s.record.left(room, ann.jid, 'disconnected', asked, Date.now())
  await expectLedger(s)
  void ann.leave(room).catch(() => {}) // she cannot be told that it worked, having no session
  await until('Bob sees her go', () => s.record.unnoticed === 0)
  await bob.leave(room)
  await expectLedger(s)
})
