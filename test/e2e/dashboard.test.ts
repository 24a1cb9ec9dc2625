// Live in a real Chromium, with a real Prosody and real clients behind it.
import { describe } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium, useBrowser } from '../web/browser.ts'
import { people, room } from '../web/rooms.ts'
import { AUTH, BREAKOUT, CONFERENCE } from './prosody.ts'
import { scenario, site, type Scenario } from './scenario.ts'

describe('Live, with a Prosody', { skip: noChromium }, () => {
  const here = site({
    prosody: { settings: ['rollcall_retry_max = 1', 'rollcall_heartbeat = 0.3'] },
    server: { settings: { ROLLCALL_LEASE: '1' } },
  })
  const browser = useBrowser()

  async function look({ t, url }: Scenario, path = '/'): Promise<Page> {
    const { page } = await browser.open(t, url + path)
    await page.locator('.connection.is-live').waitFor()
    return page
  }

  scenario('who joins and leaves is seen to, and so is who becomes moderator', here, async (s) => {
    const daily = `daily@${CONFERENCE}`
    const focus = await s.connect({ name: 'focus', domain: AUTH })
    const ann = await s.connect({ name: 'ann' })
    const ben = await s.connect({ name: 'ben', transport: 'tcp' })
    await focus.join(daily, { nick: 'focus' })
    const page = await look(s)
    await people(page, 'daily', 0)
    await ann.join(daily, { nick: 'Ann', email: 'ann@example.com' })
    await people(page, 'daily', 1)
    await ben.join(daily, { nick: 'Ben' })
    await people(page, 'daily', 2)

    await room(page, 'daily').click()
    const present = page.getByRole('list', { name: 'Who is in it' }).getByRole('listitem')
    await present.filter({ hasText: 'Self-typed · ann@example.com' }).waitFor()
    await focus.setRole(daily, ben.nickIn(daily), 'moderator')
    await present.filter({ hasText: 'Ben' }).getByText('Moderator').waitFor()
    await ben.change(daily, { nick: 'Benjamin' })
    await present.filter({ hasText: 'Benjamin' }).waitFor()

    await ben.drop()
    await people(page, 'daily', 1)
    await present.filter({ hasText: 'Benjamin' }).waitFor({ state: 'detached' })
    await ann.leave(daily)
    await focus.leave(daily)
    await room(page, 'daily').waitFor({ state: 'detached' })
    await page.getByText('This room is no longer live.').waitFor()
  })

  scenario('a breakout room stands below its meeting, and who moves is in one of them', here, async (s) => {
    const main = `seminar@${CONFERENCE}`
    const group = '0b4be0a8-5c7a-4c7e-9d0e-3b7a1d1f0c11'
    const ann = await s.connect({ name: 'ann' })
    const ben = await s.connect({ name: 'ben', transport: 'tcp' })
    await ann.join(main, { nick: 'Ann' })
    await ben.join(main, { nick: 'Ben' })
    const page = await look(s)
    await people(page, 'seminar', 2)
    await ann.tell(main, 'breakout', { id: group })
    await ann.join(`${group}@${BREAKOUT}`, { nick: 'Ann' })
    await ann.leave(main, 'switch_room')
    const breakout = page.locator('a.room.below').filter({ hasText: 'Breakout' })
    await breakout.locator('b', { hasText: /^1$/ }).waitFor()
    await people(page, 'seminar', 1)
    await breakout.click()
    await page.getByRole('list', { name: 'Who is in it' }).getByText('Ann').waitFor()
    await ann.leave(`${group}@${BREAKOUT}`, 'switch_room')
    await ben.leave(main)
    await page.locator('a.room').filter({ hasText: 'seminar' }).waitFor({ state: 'detached' })
    await breakout.waitFor({ state: 'detached' })
  })

  scenario('a Prosody that is killed is shown as silent, and leaves no ghosts', here, async (s) => {
    const ann = await s.connect({ name: 'ann' })
    const ben = await s.connect({ name: 'ben', transport: 'tcp' })
    await ann.join(`killed@${CONFERENCE}`, { nick: 'Ann' })
    await ben.join(`killed@${CONFERENCE}`, { nick: 'Ben' })
    await ben.join(`forgotten@${CONFERENCE}`, { nick: 'Ben' })
    const page = await look(s)
    const host = page.getByRole('listitem').filter({ hasText: CONFERENCE })
    await people(page, 'killed', 2)
    await people(page, 'forgotten', 1)
    await host.getByText('In sync').waitFor()

    await s.prosody.kill()
    await host.getByText('Silent').waitFor()
    // Nobody has told of an end yet, so there is none.
    await people(page, 'killed', 2)

    await s.prosody.start()
    await room(page, 'forgotten').waitFor({ state: 'detached' })
    await room(page, 'killed').waitFor({ state: 'detached' })
    const back = await s.connect({ name: 'ann', resource: 'back' })
    await back.join(`killed@${CONFERENCE}`, { nick: 'Ann' })
    await people(page, 'killed', 1)
    await host.getByText('In sync').waitFor()
  })
})
