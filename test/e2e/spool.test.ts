// Nothing is lost: what the server has not answered is in a file, through kills, stops and reloads.
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from '../support/server.ts'
import { expectLedger } from './compare.ts'
import { readEvents } from './ledger.ts'
import { CONFERENCE, DOMAIN } from './prosody.ts'
import { scenario, site, type Scenario } from './scenario.ts'
import { until } from './until.ts'

const here = site({ prosody: { settings: ['rollcall_retry_max = 1', 'rollcall_stop_wait = 0.2'] } })

/** The server is away while `body` runs. */
async function withoutServer(body: () => Promise<void>): Promise<void> {
  const { port, databasePath } = here.server
  await here.server.stop()
  await body()
  here.server = await startServer({ port, databasePath })
}

/** Two meetings, one over and one not, with a leave that nobody but Prosody knows of. */
async function twoMeetings(s: Scenario, over: string, live: string): Promise<string> {
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(over, { nick: 'Ann' })
  await bob.join(over, { nick: 'Bob' })
  await ann.change(over, { nick: 'Anna' })
  await ann.leave(over)
  await bob.leave(over)
  await ann.join(live, { nick: 'Ann' })
  await bob.join(live, { nick: 'Bob' })
  await bob.leave(live)
  return ann.jid
}

scenario('Prosody is killed while the server is away: all is told afterwards, as it was', here, async (s) => {
  const over = `killed-over@${CONFERENCE}`
  const live = `killed-live@${CONFERENCE}`
  let killed = 0
  await withoutServer(async () => {
    const jid = await twoMeetings(s, over, live)
    // Neither the last event nor the next start is when it died.
    await pause(3_500)
    killed = Date.now()
    await here.prosody.kill()
    await pause(1_500)
    await here.prosody.start()
    s.record.left(live, jid, 'lost', killed - 1_000, killed)
    s.record.amend(live, undefined, { reason: 'lost' })
  })
  await expectLedger(s)
  assert.match(here.prosody.log(), /conference.*events wait, [1-9]\d* of them from before/)
})

scenario('Prosody stops while the server is away: all is told after the next start', here, async (s) => {
  const over = `stopped-over@${CONFERENCE}`
  const live = `stopped-live@${CONFERENCE}`
  await withoutServer(async () => {
    const jid = await twoMeetings(s, over, live)
    const asked = Date.now()
    await here.prosody.stop()
    s.record.left(live, jid, 'disconnected', asked, Date.now())
    await here.prosody.start()
  })
  await expectLedger(s)
  assert.match(here.prosody.log(), /Stopping while [1-9]\d* events wait; they are kept/)
})

scenario('the first join of a room survives a kill in the same moment', here, async (s) => {
  const room = `first@${CONFERENCE}`
  const jid = `ann@${DOMAIN}/home`
  // Killed inside the turn in which the room is made, before anything else could run.
  await here.prosody.shell(
    `> prosody.hosts["${CONFERENCE}"].events.add_handler("muc-occupant-joined", function (event) ` +
      `if event.room.jid == "${room}" then os.execute("kill -9 $PPID"); end end, -10000)`,
  )
  const ann = await s.connect({ name: 'ann' })
  const asked = Date.now()
  void ann.join(room, { nick: 'Ann' }).catch(() => {})
  await until('Prosody is dead', async () => {
    return (await fetch(`http://127.0.0.1:${here.prosody.httpPort}/`).catch(() => 'dead')) === 'dead'
  })
  await here.prosody.kill()
  await here.prosody.start()
  await here.prosody.idle()
  const events = (await readEvents(s.url)).filter(({ roomJid }) => roomJid === room)
  assert.deepEqual(
    events.map(({ type, data }) => [type, data['jid'], data['reason']]),
    [
      ['room.created', room, undefined],
      ['occupant.joined', jid, undefined],
      ['occupant.left', jid, 'lost'],
      ['room.ended', undefined, 'lost'],
    ],
  )
  for (const { at } of events) assert.ok(Date.parse(at) >= asked - 1_000 && Date.parse(at) <= Date.now())
})

scenario('a reload while the server is away loses nothing and repeats nothing', here, async (s) => {
  const over = `reloaded-over@${CONFERENCE}`
  const live = `reloaded-live@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann', resource: 'other' })
  await ann.join(live, { nick: 'Ann' })
  await withoutServer(async () => {
    await ann.change(live, { nick: 'Anna' })
    await here.prosody.shell(`module:reload("rollcall", "${CONFERENCE}")`)
    const bob = await s.connect({ name: 'bob' })
    await bob.join(over, { nick: 'Bob' })
    await bob.leave(over)
    await here.prosody.shell(`module:reload("rollcall", "${CONFERENCE}")`)
    await bob.join(live, { nick: 'Bob' })
  })
  await expectLedger(s)
  await ann.leave(live)
  await expectLedger(s)
})

scenario('a module that is unloaded keeps what waits for the next load', here, async (s) => {
  const room = `unloaded@${CONFERENCE}`
  await withoutServer(async () => {
    const ann = await s.connect({ name: 'ann' })
    await ann.join(room, { nick: 'Ann' })
    await ann.leave(room)
    await here.prosody.shell(`module:unload("rollcall", "${CONFERENCE}")`)
    assert.match(here.prosody.log(), /Unloaded while [1-9]\d* events wait; they are kept/)
  })
  await here.prosody.shell(`module:load("rollcall", "${CONFERENCE}")`)
  await expectLedger(s)
})

scenario('the files are for Prosody alone', here, async () => {
  const folder = join(here.prosody.folder, 'data/rollcall')
  const files = readdirSync(folder).filter((name) => name.startsWith(CONFERENCE))
  assert.deepEqual(files.toSorted(), [`${CONFERENCE}.alive`, `${CONFERENCE}.spool`])
  for (const path of [folder, ...files.map((name) => join(folder, name))]) {
    assert.equal(statSync(path).mode & 0o077, 0, path)
  }
})

scenario('without a folder it costs safety, not attendance, until there is one again', here, async (s) => {
  const room = `no-folder@${CONFERENCE}`
  const folder = 'prosody.paths.data.."/rollcall"'
  await here.prosody.shell(`> os.rename(${folder}, ${folder}..".away") and io.open(${folder}, "w"):close()`)
  await here.prosody.shell(`module:reload("rollcall", "${CONFERENCE}")`)
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await expectLedger(s)
  assert.match(here.prosody.log(), /Cannot create the folder/)
  assert.match(await here.prosody.shell('rollcall:status()'), /conference.*NOT writable/)
  await here.prosody.shell(`> os.remove(${folder}) and os.rename(${folder}..".away", ${folder})`)
  await until('it is written again', () => here.prosody.log().includes('can be written again'))
})
