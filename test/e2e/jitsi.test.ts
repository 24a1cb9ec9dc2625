// What Jitsi adds: breakout rooms, lobby, services, rooms that are no meetings.
import assert from 'node:assert/strict'
import { expectLedger } from './compare.ts'
import { readEvents, readRooms } from './ledger.ts'
import { AUTH, BREAKOUT, CONFERENCE, INTERNAL, LOBBY } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site()

scenario("the session is Jitsi's meeting id, the one the meeting began with", here, async (s) => {
  const room = `meeting-id@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  const data = `prosody.hosts["${CONFERENCE}"].modules.muc.get_room_from_jid("${room}")._data`
  const said = await here.prosody.shell(`> ${data}.meetingId`)
  const [id] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(said) ?? []
  assert.ok(id, said)
  await here.prosody.shell(`> ${data}.meetingId = "another"`)
  await ann.leave(room)
  await expectLedger(s)
  const sessions = (await readRooms(s.url)).filter(({ jid }) => jid === room).map(({ session }) => session)
  assert.deepEqual(sessions, [id])
})

scenario('a breakout room belongs to its meeting, and moving is switching', here, async (s) => {
  const main = `main@${CONFERENCE}`
  const breakout = `0b4be0a8-5c7a-4c7e-9d0e-3b7a1d1f0c11@${BREAKOUT}`
  s.record.describe(main, { persistent: true })
  s.record.describe(breakout, { kind: 'breakout', parentJid: main })
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(main, { nick: 'Ann' })
  await bob.join(main, { nick: 'Bob' })
  await ann.tell(main, 'breakout', { id: breakout.split('@', 1)[0] ?? '' })
  await ann.join(breakout, { nick: 'Ann' }) // in both for a moment
  await ann.leave(main, 'switch_room')
  await bob.leave(main, 'switch_room')
  await bob.join(breakout, { nick: 'Bob' }) // in none for a moment
  await ann.join(main, { nick: 'Ann' })
  await ann.leave(breakout, 'switch_room')
  await bob.leave(breakout)
  const asked = Date.now()
  await ann.leave(main)
  await until('the main room is closed', async () =>
    (await readRooms(s.url)).some(({ jid, endedAt }) => jid === main && endedAt !== null),
  )
  s.record.ended(main, asked, Date.now(), 'All have left')
  await expectLedger(s)
})

scenario('a breakout room that is refused is not in the ledger', here, async (s) => {
  const refused = `11111111-2222-4333-8444-555555555555@${BREAKOUT}`
  const ann = await s.connect({ name: 'ann' })
  const room = `after-refusal@${CONFERENCE}`
  void ann.join(refused).catch(() => {})
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await expectLedger(s)
  assert.deepEqual(
    (await readEvents(s.url)).filter(({ roomJid }) => roomJid === refused),
    [],
  )
})

scenario('a lobby is a room of its own, with its meeting as parent', here, async (s) => {
  const room = `guarded@${CONFERENCE}`
  const lobby = `guarded@${LOBBY}`
  s.record.describe(lobby, { kind: 'lobby', parentJid: room, persistent: true })
  const focus = await s.connect({ name: 'focus', domain: AUTH })
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await focus.join(room, { nick: 'focus' })
  const asked = Date.now()
  await focus.tell(room, 'lobby')
  await until('the lobby is there', async () => (await readRooms(s.url)).some(({ jid }) => jid === lobby))
  s.record.created(lobby, asked, Date.now())
  await ann.join(lobby, { nick: 'Ann' })
  await bob.join(lobby, { nick: 'Bob' })
  await focus.grant(room, ann.jid, 'member')
  await ann.join(room, { nick: 'Ann' }) // admitted: in both for a moment
  await ann.leave(lobby)
  s.record.amend(lobby, ann.jid, { reason: 'switched' })
  await focus.join(lobby, { nick: 'focus' })
  await focus.kick(lobby, bob.nickIn(lobby)) // denied
  await bob.waitForRemoval(lobby)
  await ann.leave(room)
  const last = Date.now()
  await focus.leave(room)
  await focus.waitForRemoval(lobby)
  s.record.ended(lobby, last, Date.now(), 'The meeting is over')
  await expectLedger(s)
})

scenario('health checks and breweries are no meetings, and a room with % in its name is', here, async (s) => {
  const check = `__jicofo-health-check-1@${CONFERENCE}`
  const brewery = `jibribrewery@${INTERNAL}`
  const real = `[tenant]caf%c3%a9brewery@${CONFERENCE}`
  const focus = await s.connect({ name: 'focus', domain: AUTH })
  const jibri = await s.connect({ name: 'jibri', domain: AUTH, transport: 'tcp' })
  await s.unrecorded(async () => {
    await focus.join(check)
    await focus.leave(check)
    await focus.join(brewery)
    await jibri.join(brewery)
    await focus.leave(brewery)
  })
  await focus.join(real, { nick: 'focus' })
  await jibri.join(real, { nick: 'Recorder / 100 %' }, 'jibri/100%')
  await jibri.leave(real)
  await focus.leave(real)
  await expectLedger(s)
  assert.deepEqual(
    (await readEvents(s.url)).filter(({ roomJid }) => roomJid === check || roomJid === brewery),
    [],
  )
})
