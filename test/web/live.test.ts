// Live in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { people, room } from './rooms.ts'
import { sayTo } from './say.ts'

const ANN = 'ann@example.com/tab'
const BEN = 'ben@example.com/tab'

describe('Live in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  async function site(t: TestContext) {
    const server = await startServer()
    t.after(() => server.stop())
    return { server, ...sayTo(server) }
  }

  test('shows who joins and leaves as it happens', async (t) => {
    const { server, create, join, leave, update, end } = await site(t)
    await create('daily')
    const { page } = await browser.open(t, server.url)
    await room(page, 'daily').waitFor()
    await people(page, 'daily', 0)
    await join('daily', ANN, 'Ann')
    await people(page, 'daily', 1)
    await join('daily', BEN, 'Ben')
    await people(page, 'daily', 2)

    await room(page, 'daily').click()
    const list = page.getByRole('list', { name: 'Who is in it' })
    await list.getByText('Ben').waitFor()
    await update('daily', BEN, { nick: 'Benjamin', role: 'moderator' })
    await list.getByText('Benjamin').waitFor()
    await list.getByText('Moderator').waitFor()
    await leave('daily', ANN)
    await list.getByText('Ann').waitFor({ state: 'detached' })
    await people(page, 'daily', 1)

    await create('other')
    await room(page, 'other').waitFor()
    await end('daily')
    await room(page, 'daily').waitFor({ state: 'detached' })
    await page.getByText('This room is no longer live.').waitFor()
  })

  test('counts people, not devices, and no services', async (t) => {
    const { server, create, join } = await site(t)
    await create('daily')
    await join('daily', 'focus@auth.example.com/focus', 'focus')
    await join('daily', 'a@example.com/laptop', 'Ann', { userId: 'u1' })
    const { page } = await browser.open(t, `${server.url}/?room=s-daily`)
    await people(page, 'daily', 1)
    await join('daily', 'b@example.com/phone', 'Ann', { userId: 'u1' })
    await page.getByText('2 devices').waitFor()
    await people(page, 'daily', 1)
    await page.getByText('1 service, not counted').waitFor()
  })

  test('shows a change when it comes, and not with the next tick of the clock', async (t) => {
    const { server, create, join } = await site(t)
    await create('daily')
    await join('daily', ANN, 'Ann')
    const { page } = await browser.open(t, `${server.url}/?room=s-daily`)
    await people(page, 'daily', 1)
    await page.clock.setFixedTime(Date.now())
    await page.locator('.panel .about').getByText('1 people').waitFor()
    await join('daily', BEN, 'Ben')
    await page.locator('.panel .about').getByText('2 people').waitFor()
    await people(page, 'daily', 2)
  })

  test('shows hostile names as text', async (t) => {
    const { server, create, join } = await site(t)
    const nick = '<img src=x onerror="document.title=\'owned\'">'
    await create('daily', { name: '<script>document.title="owned"</script>' })
    await join('daily', ANN, nick, { email: '"><svg onload=alert(1)>' })
    const { page } = await browser.open(t, `${server.url}/?room=s-daily&q=img`)
    await page.getByText(nick).first().waitFor()
    await page.getByText('<script>document.title="owned"</script>').first().waitFor()
    assert.equal(await page.title(), 'Rollcall')
    assert.equal(await page.locator('main img, main script').count(), 0)
  })

  test('finds rooms and people as one types, and the address holds what was typed', async (t) => {
    const { server, create, join } = await site(t)
    await create('daily')
    await create('weekly')
    await join('weekly', ANN, 'Ann Ødegård')
    const { page } = await browser.open(t, server.url)
    await room(page, 'daily').waitFor()
    await page.getByRole('searchbox').fill('ødeg')
    await room(page, 'daily').waitFor({ state: 'detached' })
    await page.getByText('with Ann Ødegård').waitFor()
    assert.match(page.url(), /\?q=/)

    await room(page, 'weekly').click()
    await page.getByRole('heading', { name: 'weekly' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Hosts' }).waitFor()
    assert.equal(await page.getByRole('searchbox').inputValue(), 'ødeg')
  })

  test('says since when the connection is lost, and misses nothing when it is back', async (t) => {
    const { server, create, join } = await site(t)
    await create('daily')
    const { page } = await browser.open(t, server.url)
    await people(page, 'daily', 0)
    await page.context().setOffline(true)
    // A stream that is open outlives that switch; the server ends it.
    server.app.server.closeAllConnections()
    await page.getByText(/Connection lost since \d\d:\d\d:\d\d, trying again/).waitFor()
    await join('daily', ANN, 'Ann')
    await join('daily', BEN, 'Ben')
    await people(page, 'daily', 0)
    await page.context().setOffline(false)
    await people(page, 'daily', 2)
    await page.locator('.connection.is-live').waitFor()
  })

  test('shows the server as it was, plainly marked', async (t) => {
    const { server, say, create, join } = await site(t)
    const hours = (count: number) => Date.now() - count * 3_600_000
    await create('early', { at: hours(3) })
    await join('early', ANN, 'Ann', { at: hours(3) })
    await say('DELETE', '/rooms/s-early', { jid: 'early@conference.example.com', at: hours(1) })
    await create('late')
    const { page, accessible } = await browser.open(
      t,
      `${server.url}/?at=${new Date(hours(2)).toISOString()}`,
    )
    await people(page, 'early', 1)
    await page.getByText(/You see the server as it was on/).waitFor()
    assert.equal(await room(page, 'late').count(), 0)
    await accessible()
    await page.getByRole('button', { name: 'Back to now' }).first().click()
    await room(page, 'late').waitFor()
    assert.equal(await room(page, 'early').count(), 0)
  })

  test('works with the keyboard alone', async (t) => {
    const { server, create, join } = await site(t)
    await create('daily')
    await join('daily', ANN, 'Ann')
    const { page } = await browser.open(t, server.url)
    await room(page, 'daily').waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content')
    await room(page, 'daily').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'daily' }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'room-title')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Hosts' }).waitFor()
  })

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1_440, 1_024, 390]) {
      test(`is accessible, and no wider than the window, at ${width}, ${scheme}`, async (t) => {
        const { server, create, join } = await site(t)
        await create('daily')
        await create('side', { kind: 'breakout', parentJid: 'daily@conference.example.com' })
        await join('daily', ANN, 'Ann', { userId: 'u1', email: 'ann@example.com', role: 'moderator' })
        await join('side', BEN, 'Ben')
        const { page, accessible } = await browser.open(t, server.url, { width, scheme, reducedMotion: true })
        await people(page, 'side', 1)
        await accessible()
        await room(page, 'daily').click()
        await page.getByRole('list', { name: 'Who is in it' }).waitFor()
        await accessible()
        await page.getByRole('link', { name: 'Close' }).click()
        await page.getByRole('button', { name: /Time machine/ }).click()
        await page.getByLabel('Date and time').waitFor()
        await accessible()
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(over <= 0, `${over} px too wide`)
      })
    }
  }
})
