// The page of a person in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { sayTo } from './say.ts'

const HOUR = 3_600_000
const HOSTILE = '<img src=x onerror="document.title=\'owned\'">'

describe('a person in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  /** Ann, known by a token, an hour in one meeting and now in another, under another name. Somebody hostile with her. */
  async function site(t: TestContext) {
    const server = await startServer()
    t.after(() => server.stop())
    const { say, create, join } = sayTo(server)
    const [past, late] = [Date.now() - 30 * HOUR, Date.now() - HOUR / 2]
    await create('physics', { at: past })
    await join('physics', 'ann@example.com/tab', 'Ann', { at: past, userId: 'u1', email: 'ann@example.com' })
    await say('DELETE', '/rooms/s-physics', { jid: 'physics@conference.example.com', at: past + HOUR })
    await create('daily', { at: late, name: HOSTILE })
    await join('daily', 'ann@example.com/phone', 'Ann B.', { at: late, userId: 'u1' })
    await join('daily', 'mallory@example.com/tab', HOSTILE, { at: late })
    return server
  }

  test('is found from People: who says so, how often, how long, in which meetings', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/people`)
    await page.getByRole('link', { name: 'Ann B.' }).click()
    await page.getByRole('heading', { name: 'Ann B.', level: 1 }).waitFor()
    await page.getByText('✓ Verified').waitFor()
    await page.getByText('A token of your site vouches for who this is.').waitFor()
    const said = await page.getByRole('article').innerText()
    for (const part of ['u1', 'Also called\nAnn', 'Meetings\n2', 'Time in all\n1 h 30']) {
      assert.ok(said.includes(part), `${part} in ${said}`)
    }
    const rows = page.getByRole('table').getByRole('row')
    await rows.nth(2).waitFor()
    assert.match(await rows.nth(1).innerText(), /daily@conference\.example\.com[\s\S]*Live[\s\S]*30 min/)
    assert.match(await rows.nth(2).innerText(), /physics[\s\S]*1 h 00/)
    const meeting = page.getByRole('link', { name: 'physics' })
    assert.equal(await meeting.getAttribute('href'), '/meeting?session=s-physics')
    await page.getByRole('heading', { name: 'Week by week' }).waitFor()
    assert.match(await page.locator('.weeks').innerText(), /Week of [^:]+: (1|2) meetings?, /)
    await page.goBack()
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
  })

  test('leads to where they are now, and from there back to them', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/people`)
    await page.getByRole('link', { name: 'Ann B.' }).click()
    await page.getByRole('link', { name: /In a meeting now/ }).click()
    const list = page.getByRole('list', { name: 'Who is in it' })
    assert.equal(new URL(page.url()).search, '?room=s-daily')
    await list.getByRole('link', { name: 'Ann B.' }).click()
    await page.getByRole('heading', { name: 'Ann B.', level: 1 }).waitFor()
    assert.match(page.url(), /\/person\?id=[\w-]{22}$/)
    await page.goBack()
    await list.getByText('Ann B.').waitFor()
  })

  test('who only typed their name is said to, and a hostile name is text', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/people?verified=false`)
    await page.getByRole('link', { name: HOSTILE }).click()
    await page.getByRole('heading', { name: HOSTILE, level: 1 }).waitFor()
    await page.getByText('Self-typed').waitFor()
    await page.getByText('Nobody vouches for it').waitFor()
    await page.getByRole('table').getByText(HOSTILE).waitFor()
    assert.equal(await page.locator('main img').count(), 0)
    assert.equal(await page.title(), 'Rollcall')
  })

  test('has their meetings in History too, until it is told to show everybody', async (t) => {
    const server = await site(t)
    const { create } = sayTo(server)
    await create('empty')
    const { page } = await browser.open(t, `${server.url}/people`)
    await page.getByRole('link', { name: 'Ann B.' }).click()
    await page.getByRole('link', { name: 'Find them in History' }).click()
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('physics@').waitFor()
    await row('daily@').waitFor()
    assert.equal(await row('empty@').count(), 0)
    await page.reload()
    await page.getByText('With Ann B.').waitFor()
    await page.getByRole('link', { name: /Show all rooms again/ }).click()
    await row('empty@').waitFor()
    assert.equal(new URL(page.url()).search, '')
    await page.goBack()
    await row('empty@').waitFor({ state: 'detached' })
  })

  test('nobody, and somebody who is not there, are said to be', async (t) => {
    const server = await site(t)
    const { page } = await browser.open(t, `${server.url}/person?id=nobody`)
    await page.getByText('no person has this id').waitFor()
    await page.goto(`${server.url}/person`)
    await page.getByText('The address names nobody.').waitFor()
    await page.goto(`${server.url}/person?session=s-daily&jid=ghost@example.com/x`)
    await page.getByText('They are not in that room any more').waitFor()
    await page.getByRole('link', { name: 'All people' }).click()
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
  })

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1_440, 390]) {
      test(`is accessible and no wider than the window at ${width}, ${scheme}`, async (t) => {
        const server = await site(t)
        const { page, accessible } = await browser.open(
          t,
          `${server.url}/person?session=s-daily&jid=ann@example.com/phone`,
          { width, scheme },
        )
        await page.getByRole('heading', { name: 'Week by week' }).waitFor()
        await page.getByRole('link', { name: 'physics' }).waitFor()
        await accessible()
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(over <= 0, `${over} px too wide`)
      })
    }
  }
})
