// The dashboard in a real Chromium: the login, and the first run.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { sayTo } from './say.ts'

const TOKENS = { ROLLCALL_INGEST_TOKEN: 'ingest-token', ROLLCALL_READ_TOKEN: 'read-token' }

describe('the dashboard in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  for (const scheme of ['light', 'dark'] as const) {
    test(`asks for a token where reads need one, and lets in who has it, ${scheme}`, async (t) => {
      const server = await startServer({ settings: TOKENS })
      t.after(() => server.stop())
      const { page, accessible, asked } = await browser.open(t, server.url, { scheme })
      await page.getByRole('heading', { name: 'Log in' }).waitFor()
      await accessible()
      assert.ok(!asked.includes('/api/v1/rooms'), 'nothing is read before')

      const token = page.getByLabel('Read or admin token')
      await token.fill('wrong')
      await token.press('Enter')
      await page.getByRole('alert').waitFor()
      assert.match((await page.getByRole('alert').textContent()) ?? '', /no read token/)
      await accessible()

      await token.fill('read-token')
      await token.press('Enter')
      await page.getByRole('navigation', { name: 'Sections' }).waitFor()
      const cookies = await page.context().cookies()
      assert.deepEqual(
        cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
        [{ httpOnly: true, sameSite: 'Strict' }],
      )
      await page.reload()
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByRole('heading', { name: 'Log in' }).waitFor()
    })

    test(`says how to connect a Prosody while nothing has arrived, and sees the first event, ${scheme}`, async (t) => {
      const server = await startServer()
      t.after(() => server.stop())
      const { page, accessible } = await browser.open(t, server.url, { scheme, reducedMotion: true })
      await page.getByRole('heading', { name: 'Connect your Prosody' }).waitFor()
      await page.getByText(`rollcall_url = "${server.url}"`).waitFor()
      await accessible()

      await page.getByRole('tab', { name: 'Jitsi on Debian' }).focus()
      for (const name of ['docker-jitsi-meet', 'Plain Prosody', 'event_sync']) {
        await page.keyboard.press('ArrowRight')
        await page.getByRole('tab', { name, selected: true }).waitFor()
        await page.getByText(server.url).first().waitFor()
      }
      await accessible()

      await sayTo(server).create('daily')
      await page.getByText('The first event is here.').waitFor()
      await accessible()
    })
  }

  test('names the token to put in where writes need one', async (t) => {
    const server = await startServer({ settings: TOKENS })
    t.after(() => server.stop())
    const { page } = await browser.open(t, `${server.url}/connect`)
    await page.getByLabel('Read or admin token').fill('read-token')
    await page.keyboard.press('Enter')
    await page.getByText('rollcall_token = "…"').waitFor()
    await page.getByText('ROLLCALL_INGEST_TOKEN').waitFor()
  })
})
