// Joining and leaving, alone and with others, over both transports.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectLedger } from './compare.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'

const here = site()

test('the Prosody under test is the one that was asked for', () => {
  const asked = process.env['ROLLCALL_TEST_PROSODY'] ?? '0.12'
  assert.ok(here.prosody.version.startsWith(`${asked}.`), `${here.prosody.version}, not ${asked}`)
})

scenario('who joins and leaves is in the ledger, in order', here, async (s) => {
  const room = `join-leave@${CONFERENCE}`
  const ann = await s.connect({ name: 'ann' })
  const bob = await s.connect({ name: 'bob', transport: 'tcp' })
  await ann.join(room, { nick: 'Ann', email: 'ann@example.com', avatar: 'https://example.com/ann.png' })
  await bob.join(room, { nick: 'Bob' })
  await ann.leave(room)
  await bob.leave(room)
  await expectLedger(s)
})
