// A server on an empty ledger, and a Chromium to look at it with.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { launch } from '../scripts/chromium.ts'
import { freePort } from '../test/support/port.ts'
import { serve } from '../test/support/process.ts'

/** What playwright asks for so that tests do not wait: a page behind another one shall be slow, as it is for people. */
const NOT_ASKED_FOR = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

export async function withBrowser(work: (url: string, browser: Browser) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const server = await serve({ ROLLCALL_DATABASE: join(folder, 'rollcall.db'), ROLLCALL_LOG_LEVEL: 'info' })
  const port = await freePort()
  const args = [`--remote-debugging-port=${port}`]
  const launched = await launch({ args, ignoreDefaultArgs: NOT_ASKED_FOR })
  // Without defaults, for to a page of its own contexts playwright says that it is always seen.
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
  try {
    await work(server.url, browser)
  } finally {
    await launched.close()
    server.child.kill('SIGTERM')
    await server.exited
    rmSync(folder, { recursive: true })
  }
}
