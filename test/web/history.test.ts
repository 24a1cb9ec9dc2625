// History narrowed by host, person and duration in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../e2e/until.ts'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { sayTo } from './say.ts'

const MINUTE = 60_000

describe('History in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  /** A room of an hour, one of ten minutes, and one of an hour on another host. Ann was in the first two. */
  async function site(t: TestContext) {
    const server = await startServer()
    t.after(() => server.stop())
    const { say, create, join } = sayTo(server)
    const at = Date.now() - 120 * MINUTE
    for (const [room, host, minutes] of [
      ['long', 'conference.example.com', 60],
      ['short', 'conference.example.com', 10],
      ['other', 'other.example.com', 60],
    ] as const) {
      const jid = `${room}@${host}`
      await create(room, { jid, at })
      if (room !== 'other') await join(room, 'ann@example.com/tab', 'Ann', { at })
      await say('DELETE', `/rooms/s-${room}`, { jid, at: at + minutes * MINUTE })
    }
    return server
  }

  test('takes every filter into the address, where reload and Back find it', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/history`)
    await rooms(page, ['long', 'other', 'short'])
    await page.getByLabel('Lasted at least').selectOption('15 min')
    await rooms(page, ['long', 'other'])
    await page.getByLabel('Host').selectOption('other.example.com')
    await rooms(page, ['other'])
    await page.getByLabel('State').selectOption('Live')
    await rooms(page, [])
    assert.equal(new URL(page.url()).search, '?minDuration=900000&host=other.example.com&state=live')
    await page.goBack()
    await rooms(page, ['other'])
    await page.reload()
    await rooms(page, ['other'])
    assert.equal(await page.getByLabel('Lasted at least').inputValue(), '900000')
    await page.goBack()
    await rooms(page, ['long', 'other'])
    assert.equal(await page.getByLabel('Host').inputValue(), '')
    await page.goBack()
    await rooms(page, ['long', 'other', 'short'])
  })

  test('narrows to one person together with the others', async (t) => {
    const server = await site(t)
    const answer = await fetch(`${server.url}/api/v1/people`)
    const { people } = (await answer.json()) as { people: { id: string }[] }
    const { page, accessible } = await browser.open(
      t,
      `${server.url}/history?person=${people[0]?.id}&minDuration=900000&sort=name`,
    )
    await page.getByText('With Ann').waitFor()
    await rooms(page, ['long'])
    await accessible()
    await page.getByLabel('Lasted at least').selectOption('Any time')
    await rooms(page, ['long', 'short'])
    await page.getByRole('link', { name: 'Show all rooms again, not only those with Ann' }).click()
    await rooms(page, ['long', 'other', 'short'])
  })

  test('a person whom nobody knows has no rooms', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/history?person=nobody`)
    await page.getByText('With somebody unknown').waitFor()
    await page.getByText('No room like that.').waitFor()
  })

  test('where there is one host there is nothing to choose, but an address that names one', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    await sayTo(server).create('daily')
    const { page } = await browser.open(t, `${server.url}/history`)
    await rooms(page, ['daily'])
    assert.equal(await page.getByLabel('Host').count(), 0)
    await page.goto(`${server.url}/history?host=gone.example.com`)
    await page.getByText('No room like that.').waitFor()
    assert.equal(await page.getByLabel('Host').inputValue(), 'gone.example.com')
  })
})

/** Waits until these are listed, and no others. */
async function rooms(page: Page, names: string[]): Promise<void> {
  const shown = async () => (await page.locator('tbody .title bdi').allTextContents()).toSorted().join()
  await until(`the rooms are ${names.join()}`, async () => (await shown()) === names.join())
}
