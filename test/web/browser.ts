// A real Chromium for tests of the dashboard. Whatever a page may never do is looked for on every page: errors, a request to
// another site, anything that its Content-Security-Policy forbids.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../../scripts/chromium.ts'
import { ensure } from '../../scripts/debian.ts'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

export const noChromium =
  ensure(['chromium'], 'the tests of the dashboard').length > 0 && 'there is no Chromium'

export type Opened = {
  page: Page
  /** What the server was asked for, as paths. */
  asked: string[]
  /** Fails with every rule of axe-core that the page breaks, as it is now. */
  accessible: () => Promise<void>
}
export type Look = { width?: number; scheme?: 'light' | 'dark'; reducedMotion?: boolean }

/** A browser for the tests of the suite in which it is called; they see the page as it was built last. */
export function useBrowser() {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())
  return { open: (t: TestContext, url: string, look?: Look) => open(browser, t, url, look) }
}

async function open(browser: Browser, t: TestContext, url: string, look: Look = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1_440, height: 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: look.reducedMotion ? 'reduce' : 'no-preference',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  const page = await context.newPage()
  const asked: string[] = []
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    // A refused login and a server that is down are the subject of some tests, and the browser tells of them here.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      wrong.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url())
    asked.push(pathname)
    if (origin !== new URL(url).origin) wrong.push(`a request to ${origin}`)
  })
  // As text, because it runs in the page.
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('CSP: ' + event.violatedDirective))",
  )
  t.after(async () => {
    await context.close()
    assert.deepEqual(wrong, [])
  })
  await page.goto(url)

  return {
    page,
    asked,
    async accessible() {
      await page.evaluate(AXE)
      const broken = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
            }>
          }
        }
        const { violations } = await axe.run()
        return violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
        )
      })
      assert.deepEqual(broken, [])
    },
  }
}
