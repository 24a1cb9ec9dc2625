// Three seeds of `npm run chaos`, in a process of their own as there; between them they have every kind of fault.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

test('whatever dies meanwhile, the ledger equals what the clients did', { timeout: 180_000 }, (t) => {
  const args = [join(import.meta.dirname, 'main.ts'), '--seed', '6', '--seeds', '3']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 170_000 })
  t.diagnostic(stdout)
  assert.equal(status, 0, stdout + stderr)
})
