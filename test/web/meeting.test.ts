// Meeting in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test, type TestContext } from 'node:test'
import ExcelJS from 'exceljs'
import type { Locator, Page } from 'playwright-core'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser, type Look } from './browser.ts'
import { HOSTILE, MINUTE, tellLesson } from './lesson.ts'
import { sayTo } from './say.ts'

describe('Meeting in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  async function lesson(t: TestContext, more = '', look?: Look) {
    const server = await startServer()
    t.after(() => server.stop())
    const { at } = await tellLesson(server)
    const opened = await browser.open(t, `${server.url}/meeting?session=s-lesson${more}`, look)
    await opened.page.getByRole('heading', { name: 'lesson' }).waitFor()
    return { server, at, ...opened }
  }

  test('says which meeting it was, when, how large, and that its end was inferred', async (t) => {
    const { page } = await lesson(t)
    const facts = await page.locator('.facts').innerText()
    assert.match(facts, /Begun\s+\d+ \w+ \d{4}, 1[12]:00/)
    assert.match(facts, /Lasted\s+50 min\s+People\s+5\s+At once\s+5\s+Reason\s+Lost/)
    assert.match(facts, /1 service, not counted/)
    await page.getByRole('heading', { name: 'End inferred' }).waitFor()
    await page.getByText('lesson@conference.example.com').first().waitFor()
    await page.getByRole('link', { name: 'See the server at its end' }).click()
    await page.getByText(/You see the server as it was on/).waitFor()
    await page.getByRole('list', { name: 'Who is in it' }).getByText('Dora Maar').waitFor()
  })

  test('has a row for each person, with a bar for each stay, in words as well', async (t) => {
    const { page } = await lesson(t)
    await person(page, 'Cem').waitFor()
    assert.deepEqual(await names(page), ['Ann', 'Cem', 'Dora Maar', HOSTILE, 'Ben'])
    const hour = new Date(Date.now() - 86_400_000)
    hour.setUTCHours(10)
    const h = Number(hour.toLocaleString('en-GB', { hour: '2-digit', timeZone: 'Europe/Berlin' }))
    assert.deepEqual(await bars(page, 'Cem'), [
      `Cem. In ${h}:00:00, out ${h}:08:00, 0:08:00. Lost the connection`,
      `Cem. In ${h}:09:00, out ${h}:30:00, 0:21:00. Moved to another room`,
      `Cem. In ${h}:30:00, out ${h}:40:00, 0:10:00. Breakout room Group A. Moved to another room`,
      `Cem. In ${h}:40:00, out ${h}:50:00, 0:10:00. Left`,
    ])
    assert.deepEqual(await bars(page, 'Dora Maar'), [
      `Dora Maar. In ${h}:01:00, out ${h}:50:00, 0:49:00. End inferred: No longer heard of. ` +
        `${h}:15:00 now called Dora Maar. ${h}:25:00 now moderator`,
    ])
    assert.deepEqual(await bars(page, 'Ann'), [
      `Ann. In ${h}:00:00, out ${h}:50:00, 0:50:00. Left. Moderator. Chrome 142 · Linux`,
    ])
    const dora = row(page, 'Dora Maar')
    assert.equal(await dora.locator('.stay.inferred').count(), 1)
    assert.equal(await dora.locator('.changed.nick').count(), 1)
    assert.equal(await dora.locator('.changed.up').count(), 1)
    assert.equal(await dora.locator('.moderated').count(), 1)
    assert.equal(await row(page, 'Cem').locator('.stay.breakout', { hasText: 'Group A' }).count(), 1)
    // Two devices at once lie beside each other; coming again does not.
    const tops = async (name: string) =>
      new Set((await boxes(row(page, name).locator('.stay'))).map(({ y }) => y))
    assert.equal((await tops('Ben')).size, 2)
    assert.equal((await tops('Cem')).size, 1)
    for (const sign of ['There', 'In a breakout room', 'Moderator', 'New name', 'New role', 'End inferred'])
      await page.getByRole('list', { name: 'What the bars show' }).getByText(sign, { exact: true }).waitFor()
    assert.equal(await page.getByText('Still there').count(), 0)
  })

  test('bars lie where their times are', async (t) => {
    const { page } = await lesson(t)
    await person(page, 'Cem').waitFor()
    const [track] = await boxes(row(page, 'Cem').locator('.track'))
    const parts = (await boxes(row(page, 'Cem').locator('.stay'))).map(({ x, width }) => [
      (x - (track?.x ?? 0)) / (track?.width ?? 0),
      width / (track?.width ?? 0),
    ])
    const wanted = [
      [0, 8],
      [9, 21],
      [30, 10],
      [40, 10],
    ].map(([from = 0, length = 0]) => [from / 50, length / 50])
    for (const [index, [left = NaN, width = NaN]] of parts.entries()) {
      assert.ok(Math.abs(left - (wanted[index]?.[0] ?? NaN)) < 0.002, `${index} begins at ${left}`)
      assert.ok(Math.abs(width - (wanted[index]?.[1] ?? NaN)) < 0.002, `${index} is ${width} wide`)
    }
  })

  test('a bar tells its exact times on hover, in UTC too, and on focus; Escape takes them away', async (t) => {
    const { page } = await lesson(t)
    const tip = page.getByRole('tooltip')
    await row(page, 'Cem').locator('.stay').nth(2).hover()
    assert.match(
      await tip.innerText(),
      /^Cem\nIn 1[12]:30:00, out 1[12]:40:00, 0:10:00\nBreakout room Group A/,
    )
    assert.match(await tip.innerText(), /\d{4}-\d\d-\d\d 10:30:00 – 10:40:00 UTC$/)
    await page.keyboard.press('Escape')
    await tip.waitFor({ state: 'detached' })

    await page.mouse.move(5, 5)
    await person(page, 'Ann').focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    await tip.getByText('Dora Maar', { exact: true }).waitFor()
    await tip.getByText(/now moderator/).waitFor()
    await page.keyboard.press('ArrowLeft')
    assert.equal(await page.evaluate('document.activeElement.textContent.includes("Dora Maar")'), true)
    await page.keyboard.press('Home')
    assert.equal(await page.evaluate('document.activeElement.textContent.includes("Ann")'), true)
    // The whole timeline is one stop of the Tab key.
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent.includes("CSV")'), true)
  })

  test('a person unfolds into their stays, with room and device', async (t) => {
    const { page } = await lesson(t)
    await person(page, 'Ann').focus()
    await page.keyboard.press('Enter')
    const list = page.getByRole('list', { name: 'People and their stays' })
    await list.getByText('Chrome 142 · Linux').waitFor()
    await person(page, 'Cem').click()
    await list.locator('.device', { hasText: 'Group A' }).waitFor()
    assert.equal(await list.getByRole('listitem').count(), 5 + 1 + 4)
    await person(page, 'Cem').click()
    assert.equal(await list.getByRole('listitem').count(), 5 + 1)
  })

  test('finds people as one types and puts them in order, and the address holds it', async (t) => {
    const { page } = await lesson(t)
    await page.getByLabel('Find a person').fill('dora')
    await person(page, 'Cem').waitFor({ state: 'detached' })
    await page.getByText('1 of 5 people').waitFor()
    await page.getByLabel('Find a person').fill('nobody')
    await page.getByText('Nobody by that name.').waitFor()
    await page.getByLabel('Find a person').fill('')
    await page.getByLabel('Order').selectOption('Time there')
    await page.reload()
    await person(page, 'Cem').waitFor()
    assert.deepEqual((await names(page)).slice(0, 3), ['Ann', 'Cem', 'Dora Maar'])
    assert.match(page.url(), /sort=time/)
  })

  test('the slider tells who was there at an instant, and the address holds it', async (t) => {
    const { page, at } = await lesson(t)
    const slider = page.getByRole('slider', { name: 'Who was there at' })
    await slider.fill(`${at(8.5)}`)
    const said = page.locator('output')
    await said.getByText('4 of 5 people there').waitFor()
    await said.getByText(/1[12]:08:30/).waitFor()
    await person(page, 'Cem', 'not there').waitFor()
    await person(page, 'Ann', 'there').waitFor()
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^1[12]:08:30, 4 of 5 people there$/)
    await page.waitForURL(/t=\d{4}-\d\d-\d\dT10%3A08%3A30/)
    await page.reload()
    await said.getByText('4 of 5 people there').waitFor()

    await slider.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await said.getByText(/:08:31/).waitFor()
    await page.getByRole('button', { name: 'To the coming or going after' }).click()
    await said.getByText(/:09:00/).waitFor()
    await said.getByText('5 of 5 people there').waitFor()
    await page.getByRole('button', { name: 'To the coming or going before' }).click()
    await said.getByText(/:08:00/).waitFor()
    await page.getByLabel('Only who was there').check()
    await person(page, 'Cem').waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(/You see the server as it was on .*:08/).waitFor()
    assert.match(page.url(), /\/\?at=\d{4}-\d\d-\d\dT10%3A08%3A00/)
  })

  test('a click into the timeline goes to that instant, Enter on a bar to its beginning', async (t) => {
    const { page } = await lesson(t)
    await person(page, 'Ann').waitFor()
    const track = (await row(page, 'Ann').locator('.track').boundingBox())!
    await page.mouse.click(track.x + track.width / 2, track.y + track.height / 2)
    await page
      .locator('output')
      .getByText(/:25:00/)
      .waitFor()
    await row(page, 'Cem').locator('.stay').nth(1).focus()
    await page.keyboard.press('Enter')
    await page
      .locator('output')
      .getByText(/:09:00/)
      .waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText(/^Move the slider/).waitFor()
    await page.waitForURL((url) => !url.search.includes('t='))
  })

  test('the table says who was there for long enough, by the threshold that one sets', async (t) => {
    const { page } = await lesson(t)
    const table = page.getByRole('table')
    const cells = async (name: string) =>
      (await table.getByRole('row').filter({ hasText: name }).getByRole('cell').allInnerTexts()).slice(1)
    await page.getByText('3 of 5 present').waitFor()
    assert.deepEqual((await cells('Cem')).slice(3), ['0:49:00', '98.0 %', '✓ Present', '1', '1', '0:10:00'])
    assert.deepEqual((await cells('Ben')).slice(3), ['0:40:00', '80.0 %', '✕ Not present', '0', '2', '–'])
    assert.equal((await cells('Ann'))[0], 'Moderator')
    await table.getByRole('row').filter({ hasText: 'Ann' }).getByText('✓ Verified').waitFor()
    await table.getByRole('row').filter({ hasText: 'Dora' }).getByText('End inferred').waitFor()
    await page.getByText('Left out: 1 service.').waitFor()

    await page.getByLabel('Present from').fill('80')
    await page.getByText('4 of 5 present').waitFor()
    assert.match(page.url(), /threshold=80/)
    await page.getByLabel('Forgive gaps').selectOption('to 1 min')
    await table.getByText('0:50:00').nth(1).waitFor()
    await page.getByLabel('With emails').uncheck()
    await table.getByText('ann@school.example').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('4 of 5 present').waitFor()
    assert.equal(await page.getByLabel('Present from').inputValue(), '80')
  })

  test('the table is put in order by each of its columns', async (t) => {
    const { page } = await lesson(t)
    const table = page.getByRole('table')
    const first = async () => (await table.getByRole('row').nth(1).locator('bdi').innerText()).trim()
    await table.getByText('Dora Maar').waitFor()
    assert.equal(await first(), HOSTILE)
    await table.getByRole('button', { name: 'Total' }).click()
    assert.equal(await table.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending')
    assert.equal(await first(), HOSTILE)
    await table.getByRole('button', { name: 'Total' }).click()
    assert.equal(await table.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending')
    assert.equal(await first(), 'Ann')
    await table.getByRole('button', { name: 'Devices' }).click()
    await table.getByRole('button', { name: 'Devices' }).click()
    assert.equal(await first(), 'Ben')
    await table.getByRole('button', { name: 'Name' }).click()
    await table.getByRole('button', { name: 'Name' }).click()
    assert.equal(await first(), 'Dora Maar')
    assert.match(page.url(), /by=-name/)
  })

  test('CSV and XLSX are what the table says, with its threshold, zone and gap, and names are text in them', async (t) => {
    const { page } = await lesson(t, '&threshold=80&gap=60&emails=false')
    await page.getByText('4 of 5 present').waitFor()
    const csv = readFileSync(await download(page, 'CSV'), 'utf8')
    const [head = '', ...lines] = csv.split('\r\n')
    assert.match(head, /^\uFEFFName,User,Verified,Role,First in \(Europe\/Berlin\)/)
    assert.match(head, /Present \(80%\)/)
    assert.ok(lines.some((line) => line.startsWith(`"${HOSTILE.replaceAll('"', '""')}",`)))
    assert.ok(lines.some((line) => /^Cem,.*,0:50:00,100.0%,yes,0,1,0:10:00/.test(line)))
    assert.ok(!csv.includes('ann@school.example'))

    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(await download(page, 'XLSX'))
    const people = new Map<unknown, unknown>()
    book.worksheets[0]?.eachRow((row) => people.set(row.getCell(1).value, row.getCell(9).value))
    assert.deepEqual(
      [HOSTILE, 'Ann', 'Ben', 'Cem', 'Dora Maar'].map((name) => people.get(name)),
      ['no', 'yes', 'yes', 'yes', 'yes'],
    )
  })

  test('an answer that was cut off is none: the page says so, and asks again', async (t) => {
    const { page } = await lesson(t)
    await page.getByText('3 of 5 present').waitFor()
    let cuts = 0
    await page.route(/\/attendance\?/, (route) => {
      cuts += 1
      return cuts > 1
        ? route.continue()
        : route.fulfill({ status: 200, contentType: 'application/json', body: '{"meetings":[' })
    })
    await page.getByLabel('Present from').fill('80')
    await page.getByRole('alert').getByText('The server did not answer as it should.').waitFor()
    await page.getByText('4 of 5 present').waitFor()
    assert.equal(await page.getByRole('alert').count(), 0)
  })

  test('a name that is markup is text everywhere', async (t) => {
    const { page } = await lesson(t)
    await person(page, HOSTILE).waitFor()
    await row(page, HOSTILE).locator('.stay').hover()
    await page.getByRole('tooltip').getByText(HOSTILE).waitFor()
    await page.getByRole('table').getByText(HOSTILE).waitFor()
    assert.equal(await page.title(), 'Rollcall')
    assert.equal(await page.locator('main img').count(), 0)
  })

  test('a meeting that goes on grows as people come and go, and says when the connection is lost', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const { say, create, join, leave, update, end } = sayTo(server)
    const since = Date.now() - 10 * MINUTE
    await create('daily', { at: since })
    await join('daily', 'ann@example.com/tab', 'Ann', { at: since })
    const { page } = await browser.open(t, `${server.url}/meeting?session=s-daily`)
    await row(page, 'Ann').locator('.stay.open').waitFor()
    await page.getByText('Goes on', { exact: true }).waitFor()
    await join('daily', 'ben@example.com/tab', 'Ben')
    await row(page, 'Ben').locator('.stay.open').waitFor()
    await page.getByText('2 people').waitFor()
    await update('daily', 'ben@example.com/tab', { nick: 'Benjamin' })
    await person(page, 'Benjamin').waitFor()
    await page.getByRole('table').getByText('Benjamin').waitFor()

    const group = { session: 's-b', jid: 'b@breakout.example.com', name: 'Group A', kind: 'breakout' }
    await say('POST', '/rooms', { ...group, parentJid: 'daily@conference.example.com' })
    await page.getByRole('link', { name: 'Group A' }).waitFor()
    const cem = { jid: 'cem@example.com/tab', nick: 'Cem', role: 'participant' }
    await say('POST', '/occupants', { ...cem, roomJid: group.jid })
    await row(page, 'Cem').locator('.stay.breakout.open').waitFor()

    await page.context().setOffline(true)
    server.app.server.closeAllConnections()
    await page.getByText(/Connection lost since \d\d:\d\d:\d\d, trying again/).waitFor()
    await leave('daily', 'ann@example.com/tab')
    await page.context().setOffline(false)
    await row(page, 'Ann').locator('.stay:not(.open)').waitFor()
    await page.getByText(/Connection lost/).waitFor({ state: 'detached' })
    await end('daily')
    await page.getByText('Goes on', { exact: true }).waitFor({ state: 'detached' })
    assert.equal(await page.locator('.stay.open').count(), 0)
  })

  test('from the past a meeting is as it was then, and one that was still to come is not there', async (t) => {
    const { server, at } = await lesson(t)
    const open = (minute: number) =>
      browser.open(t, `${server.url}/meeting?session=s-lesson&at=${new Date(at(minute)).toISOString()}`)
    const { page } = await open(3.5)
    await person(page, 'Ann').waitFor()
    assert.deepEqual(await names(page), ['Ann', 'Cem', 'Dora', HOSTILE])
    await page.getByText('Goes on', { exact: true }).waitFor()
    await page.getByText('2 of 4 present').waitFor()
    const early = await open(-5)
    await early.page.getByText('This meeting had not begun by then.').waitFor()
  })

  test('says so where no meeting has the session', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    await sayTo(server).create('daily')
    for (const session of ['nothing', 'occupants', '', 'x/attendance']) {
      const { page } = await browser.open(t, `${server.url}/meeting?session=${encodeURIComponent(session)}`)
      await page.getByText('No meeting has this session.').waitFor()
    }
    const { page } = await browser.open(t, `${server.url}/meeting?session=s-daily`)
    await page.getByText('Nobody was in it.').waitFor()
    await page.getByText('Nobody attended.').waitFor()
  })

  test('a session that looks like a path is found', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const { create, join } = sayTo(server)
    await create('daily', { session: 'occupants' })
    await join('daily', 'ann@example.com/tab', 'Ann')
    const { page } = await browser.open(t, `${server.url}/meeting?session=occupants`)
    await person(page, 'Ann').waitFor()
    await page.getByText('1 of 1 present').waitFor()
  })

  test('History and the room panel of Live lead to it, from the past at that instant', async (t) => {
    const { server, at } = await lesson(t)
    const { page } = await browser.open(t, `${server.url}/history`)
    await page.getByRole('link', { name: 'lesson' }).click()
    await person(page, 'Ann').waitFor()
    const then = new Date(at(8.5)).toISOString()
    await page.goto(`${server.url}/?room=s-lesson&at=${then}`)
    await page.getByRole('link', { name: 'Whole meeting' }).click()
    await page.getByText('4 of 5 people there').waitFor()
    assert.equal(await page.getByText(/You see the server as it was/).count(), 0)
    await page.getByRole('link', { name: 'Group A' }).click()
    await page.getByText('Breakout room of lesson@conference.example.com').waitFor()
    await page.goBack()
    await page.getByText('4 of 5 people there').waitFor()
  })

  test('on paper there is the table, and no controls', async (t) => {
    const { page } = await lesson(t)
    await page.getByText('3 of 5 present').waitFor()
    await page.emulateMedia({ media: 'print' })
    assert.ok(await page.getByRole('table').isVisible())
    assert.ok(await page.getByRole('heading', { name: 'lesson' }).isVisible())
    for (const hidden of ['.top', '.timeline', '.files', '.attendance .filters'])
      assert.equal(await page.locator(hidden).isVisible(), false, hidden)
  })

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1_440, 1_024, 390]) {
      test(`is accessible, and no wider than the window, at ${width}, ${scheme}`, async (t) => {
        const { page, at, accessible } = await lesson(t, '', { width, scheme, reducedMotion: true })
        await page.getByText('3 of 5 present').waitFor()
        await accessible()
        await page.getByRole('slider').fill(`${at(8.5)}`)
        await page.locator('output').getByText('4 of 5').waitFor()
        await person(page, 'Cem').click()
        await row(page, 'Cem').locator('.stay').nth(1).focus()
        await page.getByRole('tooltip').waitFor()
        await accessible()
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(over <= 0, `${over} px too wide`)
      })
    }
  }
})

/** The button with their name; `state`: whether they were there at the instant. */
function person(page: Page, name: string, state = '') {
  const list = page.getByRole('list', { name: 'People and their stays' })
  const whole = list.locator('button.who').filter({ has: page.locator('bdi', { hasText: exactly(name) }) })
  return state === '' ? whole : whole.filter({ hasText: new RegExp(`^[●○]${state}: `) })
}

function row(page: Page, name: string) {
  return page
    .getByRole('list', { name: 'People and their stays' })
    .getByRole('listitem')
    .filter({ has: page.locator('button.who bdi', { hasText: exactly(name) }) })
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}

function names(page: Page): Promise<string[]> {
  return page.locator('button.who bdi').allInnerTexts()
}

async function bars(page: Page, name: string): Promise<string[]> {
  const all = await row(page, name).locator('.stay').all()
  return Promise.all(all.map(async (bar) => (await bar.getAttribute('aria-label')) ?? ''))
}

async function boxes(locator: Locator) {
  return Promise.all((await locator.all()).map(async (one) => (await one.boundingBox())!))
}

async function download(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: `Download ${name}` }).click(),
  ])
  return file.path()
}
