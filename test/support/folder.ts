// A folder for one test, gone when the test has passed.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Kept, and named in the output, if the test fails. Other users may enter it. */
export function temporaryFolder(t: TestContext & { passed?: boolean }): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  chmodSync(folder, 0o755)
  t.after(() => {
    if (t.passed === false) t.diagnostic(`kept: ${folder}`)
    else rmSync(folder, { recursive: true })
  })
  return folder
}
