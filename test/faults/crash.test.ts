// Kill −9 under full load, ten times; `npm run crash` does it as often as it is told.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../support/folder.ts'
import { crash, describeSummary } from './crash.ts'

test('killed ten times under full load, it has all that it answered 200, once, and nothing by half', async (t) => {
  const seed = Date.now() % 1_000_000
  const summary = await crash({ kills: 10, seed, folder: join(temporaryFolder(t), 'crash') })
  t.diagnostic(describeSummary(summary))
  const again = `npm run crash -- --kills 10 --seed ${seed}`
  assert.deepEqual(summary.findings.slice(0, 10), [], `run it again with: ${again}`)
  assert.equal(summary.kills, 10)
  assert.ok(summary.found > 1_000)
})
