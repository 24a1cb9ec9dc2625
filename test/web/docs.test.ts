// The page at /docs in a real Chromium: a call can be tried on it, and it asks no other site for anything.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'

const TOKEN = 'read-token-12345678'

describe('the page of the API in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  test('tries a call as its example says, with a token, and shows the answer', async (t) => {
    const server = await startServer({ settings: { ROLLCALL_READ_TOKEN: TOKEN } })
    t.after(() => server.stop())
    const { page, asked } = await browser.open(t, `${server.url}/docs`)
    await page.locator('button.authorize').first().click()
    const access = page.locator('.auth-container', { hasText: 'readToken' })
    await access.locator('input').fill(TOKEN)
    await access.locator('button.authorize').click()
    await page.locator('.btn-done:visible').first().click()
    const call = page.locator('#operations-Rooms-listRooms')
    await call.click()
    await call.locator('.try-out__btn').click()
    await call.locator('button.execute').click()
    const answer = call.locator('.live-responses-table')
    await answer.waitFor()
    assert.match(await answer.innerText(), /^.*\b200\b.*"rooms": \[\]/s)
    assert.ok(asked.includes('/api/v1/rooms'))
  })
})
