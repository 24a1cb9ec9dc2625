// The server is away for so long that not everything can be remembered.
import assert from 'node:assert/strict'
import { startServer } from '../support/server.ts'
import { expectLedger } from './compare.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'

const here = site({
  prosody: {
    // When all is given up, a heartbeat is what finds out that the server is back.
    settings: ['rollcall_spool_size = 0.02', 'rollcall_retry_max = 1', 'rollcall_heartbeat = 0.5'],
  },
})

scenario(
  'meetings that were given up are told anew, as they are when the server is back',
  here,
  async (s) => {
    const quiet = `quiet@${CONFERENCE}`
    const loud = `loud@${CONFERENCE}`
    const ann = await s.connect({ name: 'ann' })
    const bob = await s.connect({ name: 'bob', transport: 'tcp' })
    const { port, databasePath } = here.server
    await here.server.stop()
    await ann.join(quiet, { nick: 'Ann' })
    await ann.join(loud, { nick: 'Ann' })
    await bob.join(loud, { nick: 'Bob 0' })
    await ann.leave(loud)
    for (let round = 1; round <= 120; round += 1) await bob.change(loud, { nick: `Bob ${round}` })
    assert.match(here.prosody.log(), /gave up \d+ events of the \d+ meetings that waited longest/)
    const waiting = async () =>
      /conference.* waiting (\d+) events/.exec(await here.prosody.shell('rollcall:status()'))?.[1]
    const before = await waiting()
    await bob.change(loud, { nick: 'Bob the last' })
    assert.equal(await waiting(), before, 'of a meeting that was given up nothing more is kept')
    here.server = await startServer({ port, databasePath })
    // The quiet meeting is as it was. Of the loud one only what is still true is known: Bob, since he joined.
    const told = s.record.deeds.filter(({ room, jid, type }) => {
      const gone = room === loud && (jid === ann.jid || type === 'occupant.updated')
      return !gone
    })
    s.record.deeds.splice(0, Infinity, ...told)
    s.record.amend(loud, bob.jid, { nick: 'Bob the last' })
    await expectLedger(s)
    await bob.leave(loud)
    await ann.leave(quiet)
    await expectLedger(s)
  },
)
