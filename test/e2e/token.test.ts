// A server that wants a token: without the right one events wait, they are not lost.
import assert from 'node:assert/strict'
import { startServer } from '../support/server.ts'
import { readEvents } from './ledger.ts'
import { expectLedger } from './compare.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const here = site({
  prosody: { token: 'right-token-for-prosody', settings: ['rollcall_retry_max = 1'] },
  server: { settings: { ROLLCALL_INGEST_TOKEN: 'another-token-entirely' } },
})

scenario('events that are answered 401 are sent again until the token fits', here, async (s) => {
  const room = `token@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  await ann.join(room, { nick: 'Ann' })
  await ann.leave(room)
  await until('the refusal is noticed', () => here.prosody.log().includes('status 401'))
  assert.deepEqual(await readEvents(s.url), [])
  const { port, databasePath } = here.server
  await here.server.stop()
  here.server = await startServer({
    port,
    databasePath,
    settings: { ROLLCALL_INGEST_TOKEN: 'right-token-for-prosody' },
  })
  await expectLedger(s)
  assert.doesNotMatch(here.prosody.log(), /right-token/)
})
