// History and People in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { sayTo } from './say.ts'

const HOUR = 3_600_000

describe('lists in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  async function site(t: TestContext) {
    const server = await startServer()
    t.after(() => server.stop())
    const { say, create, join } = sayTo(server)
    const [begun, ended] = [Date.now() - 3 * HOUR, Date.now() - HOUR]
    await create('physics', { at: begun })
    await join('physics', 'ann@example.com/tab', 'Ann', { at: begun, userId: 'u1' })
    await say('DELETE', '/rooms/s-physics', { jid: 'physics@conference.example.com', at: ended })
    await create('daily')
    await join('daily', 'ben@example.com/tab', '<b>Ben</b>')
    return server
  }

  test('History finds rooms, keeps its filters in the address, and leads to each meeting', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/history`)
    await page.getByRole('row').filter({ hasText: 'daily@' }).getByText('Live').waitFor()
    await page.getByLabel('Room or JID').fill('PHYS')
    await page.getByText('daily@').waitFor({ state: 'detached' })
    await page.reload()
    assert.equal(await page.getByLabel('Room or JID').inputValue(), 'PHYS')
    await page.getByRole('link', { name: 'physics' }).click()
    await page.getByRole('list', { name: 'People and their stays' }).getByText('Ann').waitFor()
    await page.goBack()
    await page.getByLabel('Room or JID').fill('nothing like it')
    await page.getByText('No room like that.').waitFor()
  })

  test('People says who is verified and who is in a meeting', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/people`)
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('Ann').getByText('✓ Verified').waitFor()
    await row('Ann').getByText('2 h 00').waitFor()
    await row('<b>Ben</b>').getByText('In a meeting').waitFor()
    await page.getByLabel('Identity').selectOption('Verified')
    await row('<b>Ben</b>').waitFor({ state: 'detached' })
    assert.match(page.url(), /verified=true/)
  })

  test('more than a page is shown when it is asked for', async (t) => {
    const server = await site(t)
    const { create } = sayTo(server)
    for (let count = 0; count < 110; count += 1) await create(`room${count}`)
    const { page } = await browser.open(t, `${server.url}/history`)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('physics@').waitFor()
    assert.equal(await page.getByRole('row').count(), 1 + 112)
  })

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1_440, 390]) {
      test(`both are accessible and no wider than the window at ${width}, ${scheme}`, async (t) => {
        const server = await site(t)
        for (const [path, name] of [
          ['/history', 'daily@'],
          ['/people', 'Ann'],
        ] as const) {
          const { page, accessible } = await browser.open(t, server.url + path, { width, scheme })
          await page.getByText(name).first().waitFor()
          await accessible()
          const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
          assert.ok(over <= 0, `${over} px too wide`)
        }
      })
    }
  }
})
