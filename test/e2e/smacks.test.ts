// Stream management (XEP-0198): a session outlives its connection for a while.
import assert from 'node:assert/strict'
import { expectLedger } from './compare.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site({ prosody: { modules: ['smacks'], globals: ['smacks_hibernation_time = 1'] } })

scenario('with stream management a cut is a leave when the session is given up', here, async (s) => {
  const room = `smacks@${CONFERENCE}`
  const bob = await s.connect({ name: 'bob' })
  const ann = await s.connect({ name: 'ann' })
  await bob.join(room, { nick: 'Bob' })
  await ann.join(room, { nick: 'Ann' })
  await ann.drop()
  await until('Bob sees Ann go', () => s.record.unnoticed === 0)
  const went = s.record.deeds.at(-1)
  assert.ok(went && went.seen - went.asked > 900, 'the session was kept for a second')
  went.asked = went.seen
  await expectLedger(s)
  await bob.leave(room)
  await expectLedger(s)
})
