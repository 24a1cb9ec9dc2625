// Insight in a real Chromium, against the real server.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import type { Stats } from '../../src/client/types.ts'
import { until } from '../e2e/until.ts'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { sayTo } from './say.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const HOSTILE = '=1+1<img src=x onerror="document.title=\'owned\'">'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'

describe('Insight in a browser', { skip: noChromium }, () => {
  const browser = useBrowser()

  /** Two days ago Ann and Ben for an hour; Cem alone since half an hour; twenty days ago Dora, on another host. */
  async function site(t: TestContext) {
    const server = await startServer()
    t.after(() => server.stop())
    const { say, create, join } = sayTo(server)
    const [old, past, late] = [Date.now() - 20 * DAY, Date.now() - 2 * DAY, Date.now() - HOUR / 2]
    const elsewhere = 'seminar@other.example.com'
    await create('seminar', { at: old, jid: elsewhere, kind: 'breakout' })
    await join('seminar', 'dora@example.com/tab', 'Dora', { at: old, roomJid: elsewhere })
    await say('DELETE', '/rooms/s-seminar', { jid: elsewhere, at: old + 2 * HOUR })
    await create('physics', { at: past, name: HOSTILE, kind: 'conference' })
    await join('physics', 'ann@example.com/tab', 'Ann', { at: past, userAgent: FIREFOX })
    await join('physics', 'ben@example.com/tab', 'Ben', { at: past })
    await say('DELETE', '/rooms/s-physics', { jid: 'physics@conference.example.com', at: past + HOUR })
    await create('daily', { at: late })
    await join('daily', 'cem@example.com/tab', 'Cem', { at: late, userAgent: FIREFOX })
    return { server, past }
  }

  test('says what the API says', async (t) => {
    const { server } = await site(t)
    const { page, stats } = await opened(t, server.url)
    const { total, busiest, lengths } = await stats
    assert.deepEqual([total.people, total.rooms, total.peak], [3, 2, 2])
    await shows(page, { People: '3', Meetings: '2', 'Time of all people': '2.5 h', 'Most at once': '2' })
    assert.equal(await headline(page, 'Median meeting'), '30 min')
    assert.deepEqual(
      await column(page, 'Busiest rooms', 0),
      busiest.map(({ name }) => name),
    )
    assert.deepEqual(
      (await column(page, 'How long meetings last', -1)).map(Number),
      lengths.map(({ rooms }) => rooms),
    )
    assert.deepEqual(await column(page, 'Clients', -1), ['2 67%', '1 33%', '2 67%', '1 33%'])
    assert.deepEqual(await column(page, 'Clients', 0), ['Firefox', 'Not known', 'Linux', 'Not known'])
    assert.deepEqual(await column(page, 'Hosts and kinds', 0), [
      'conference.example.com',
      'Meeting',
      'Not said',
    ])
    await page.getByText(/^There was no meeting in the time before, /).waitFor()
  })

  test('is compared with the time before, where that is known', async (t) => {
    const { server, past } = await site(t)
    const { say, create } = sayTo(server)
    const jid = 'maths@conference.example.com'
    await create('maths', { at: past - 7 * DAY })
    await say('DELETE', '/rooms/s-maths', { jid, at: past - 7 * DAY + HOUR })
    const { page } = await opened(t, server.url)
    await page.getByText(/^Compared with \d/).waitFor()
    assert.match(await headline(page, 'Meetings', true), /▲ 100% from 1/)
    await page.getByRole('link', { name: '30 days' }).click()
    await page.getByText(/^Nothing to compare with: what is known begins on/).waitFor()
  })

  test('shows hostile names as text, and leads to the meeting', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, server.url)
    const link = part(page, 'Busiest rooms').getByRole('link', { name: HOSTILE })
    assert.equal(await link.getAttribute('href'), '/meeting?session=s-physics')
    assert.equal(await page.locator('main img').count(), 0)
    assert.equal(await page.title(), 'Rollcall')
  })

  test('takes a range by name or by dates into the address, and Back returns', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, server.url)
    await page.getByRole('link', { name: '30 days' }).click()
    await shows(page, { People: '4' })
    assert.match(page.url(), /\?range=30d$/)
    await page.getByLabel('From', { exact: true }).fill(dateOf(Date.now() - 40 * DAY))
    await page.getByLabel('To', { exact: true }).fill(dateOf(Date.now() - 10 * DAY))
    await shows(page, { People: '1' })
    assert.match(page.url(), /\?from=[\d-]{10}&to=[\d-]{10}$/)
    await page.reload()
    await shows(page, { People: '1' })
    await page.goBack()
    await page.goBack()
    await shows(page, { People: '4' })
    assert.equal(await page.getByRole('link', { name: '30 days' }).getAttribute('aria-current'), 'true')
    await page.goBack()
    await shows(page, { People: '3' })
  })

  test('a part that is marked in the chart fills it, in finer buckets, and Back returns', async (t) => {
    const { server, past } = await site(t)
    const { page, stats } = await opened(t, server.url)
    const plot = page.locator('.u-over').first()
    const { x, y, width } = (await plot.boundingBox())!
    const { from, to } = await stats
    const left = (time: number) =>
      x + ((time - Date.parse(from)) / (Date.parse(to) - Date.parse(from))) * width
    // The time before the range is asked for by the day, and its answer may still come.
    const finer = answered(page, 'minute')
    await page.mouse.move(left(past - 2 * HOUR), y + 50)
    await page.mouse.down()
    await page.mouse.move(left(past + 4 * HOUR), y + 60, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/\?from=.*T.*&to=/)
    const zoomed = await finer
    assert.ok(Math.abs(Date.parse(zoomed.from) - (past - 2 * HOUR)) < HOUR, zoomed.from)
    assert.ok(Math.abs(Date.parse(zoomed.to) - (past + 4 * HOUR)) < HOUR, zoomed.to)
    await shows(page, { People: '2', Meetings: '1' })

    // Moved by dragging: a minute on the left of the screen is another one now.
    const before = page.url()
    await page.keyboard.down('Shift')
    await page.mouse.move(x + 100, y + 50)
    await page.mouse.down()
    await page.mouse.move(x + 300, y + 50, { steps: 5 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.waitForURL((url) => url.href !== before)
    assert.ok(fromOf(page.url()) < fromOf(before))

    await page.goBack()
    await shows(page, { People: '3' })
    assert.equal(new URL(page.url()).search, '')
  })

  test('the chart is read, zoomed and moved with the keyboard', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, server.url)
    const readout = page.locator('.readout')
    await page.getByRole('group', { name: 'People and rooms at once, over time' }).focus()
    await page.keyboard.press('ArrowLeft')
    await readout.getByText('People, most at once 1').waitFor()
    await readout.getByText('Rooms, most at once 1').waitFor()
    await page.keyboard.press('Home')
    await readout.getByText('People, most at once 0').waitFor()
    await page.keyboard.press('Escape')
    await readout.getByText('Point at a curve').waitFor()

    await page.keyboard.press('+')
    await page.waitForURL(/from=/)
    const [from, width] = [fromOf(page.url()), widthOf(page.url())]
    assert.ok(Math.abs(width - 3.5 * DAY) < DAY, `${width / DAY} days`)
    await page.keyboard.press('Shift+ArrowLeft')
    await page.waitForURL((url) => fromOf(url.href) < from)
    assert.equal(widthOf(page.url()), width)
    await page.keyboard.press('-')
    await page.waitForURL((url) => widthOf(url.href) > width)
    await page.goBack()
    await page.goBack()
    await page.waitForURL((url) => url.search === '')
    await shows(page, { People: '3' })
  })

  test('each button moves the chart too, and none leads beyond now', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, server.url)
    assert.ok(await page.getByRole('button', { name: 'Later' }).isDisabled())
    await page.getByRole('button', { name: 'Earlier' }).click()
    await page.waitForURL(/from=/)
    const from = fromOf(page.url())
    await page.getByRole('button', { name: 'Later' }).click()
    await page.waitForURL((url) => fromOf(url.href) > from)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await page.waitForURL((url) => widthOf(url.href) < 4 * DAY)
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await page.waitForURL((url) => widthOf(url.href) > 4 * DAY)
  })

  for (const width of [1_440, 390]) {
    test(`when meetings begin is a table of numbers at ${width}`, async (t) => {
      const { server } = await site(t)
      const { page, stats } = await opened(t, server.url, { width })
      const { week } = await stats
      const table = page.getByRole('table', { name: 'Meetings begun, by weekday and hour' })
      const upright = width < 760
      const rows = upright ? week[0]!.map((_, hour) => week.map((hours) => hours[hour])) : week
      const cells: number[][] = []
      for (const row of await table.locator('tbody tr').all()) {
        cells.push((await row.locator('td').allInnerTexts()).map(Number))
      }
      assert.deepEqual(
        cells,
        rows.map((counts) => [...counts, counts.reduce<number>((sum, count = 0) => sum + count, 0)]),
      )
      assert.equal(await table.getByRole('rowheader').first().textContent(), upright ? '00' : 'Mon')
      assert.equal(await table.getByRole('columnheader').count(), (upright ? 7 : 24) + 1)
    })
  }

  test('every part comes as a file, in which no program finds a formula', async (t) => {
    const { server } = await site(t)
    const { page, stats } = await opened(t, server.url)
    const { buckets, busiest, from } = await stats
    const curves = await file(page, 'At once')
    assert.match(curves.name, /^rollcall-at-once-[\d-]{10}-[\d-]{10}\.csv$/)
    assert.equal(curves.lines.length, 1 + buckets.length)
    assert.match(
      curves.lines[0] ?? '',
      /^\uFEFFBegins \(Europe\/Berlin\),Begins \(UTC\),Ends \(Europe\/Berlin\),"People, most/,
    )
    assert.equal(curves.lines[1]?.split(',')[1], from.slice(0, 16).replace('T', ' '))
    assert.deepEqual(
      curves.lines.slice(1).map((line) => Number(line.split(',')[3])),
      buckets.map(({ peak }) => peak),
    )

    const rooms = await file(page, 'Busiest rooms')
    assert.equal(rooms.lines.length, 1 + busiest.length)
    assert.ok(rooms.lines[1]?.startsWith(`"'${HOSTILE.replaceAll('"', '""')}",physics@`), rooms.lines[1])
    const clients = await file(page, 'Clients')
    assert.deepEqual(clients.lines.slice(1), ['Firefox 144,Linux,2', ',,1'])
    for (const [title, lines] of [
      ['When meetings begin', 8],
      ['How long meetings last', 13],
      ['Hosts and kinds', 4],
    ] as const) {
      assert.equal((await file(page, title)).lines.length, lines, title)
    }
  })

  test('one host alone, and all again', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, `${server.url}/insight?range=30d`)
    await shows(page, { People: '4' })
    await page.getByRole('link', { name: 'other.example.com' }).click()
    await shows(page, { People: '1' })
    assert.match(page.url(), /host=other\.example\.com/)
    assert.deepEqual(await column(page, 'Clients', -1), ['1 100%', '1 100%'])
    await page.getByRole('link', { name: 'Show all hosts again' }).click()
    await shows(page, { People: '4' })
  })

  test('in the past it ends at the instant that is looked at', async (t) => {
    const { server } = await site(t)
    const at = new Date(Date.now() - 2 * HOUR).toISOString()
    const { page, stats } = await opened(t, `${server.url}/insight?at=${at}`)
    assert.equal((await stats).to, at)
    await shows(page, { People: '2', Meetings: '1' })
  })

  test('says so where nothing happened, and where the server does not answer', async (t) => {
    const { server } = await site(t)
    const { page } = await browser.open(t, `${server.url}/insight?from=2020-01-01&to=2020-01-02`)
    await page.getByText('There was no meeting in this time.').waitFor()
    await part(page, 'At once').waitFor()
    assert.equal(await part(page, 'Busiest rooms').count(), 0)

    await page.route('**/api/v1/stats?*', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.getByRole('link', { name: '30 days' }).click()
    await page.getByText('The server did not answer as it should.').waitFor()
    await page.unroute('**/api/v1/stats?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await shows(page, { People: '4' })
    await page.locator('canvas').nth(1).waitFor()
  })

  test('a range that the server refuses is refused in its words', async (t) => {
    const { server } = await site(t)
    const { page } = await browser.open(t, `${server.url}/insight?from=2001-01-01&to=2026-01-02`)
    await page.getByText('from and to must span at most 2000 buckets of one day').waitFor()
  })

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1_440, 1_024, 390]) {
      test(`is accessible and no wider than the window at ${width}, ${scheme}`, async (t) => {
        const { server } = await site(t)
        const { page, accessible } = await opened(t, `${server.url}/insight?range=12w`, { width, scheme })
        await part(page, 'Clients').waitFor()
        await page.getByText('As a table').click()
        await page.getByRole('region', { name: 'At once, as a table' }).getByRole('table').waitFor()
        await accessible()
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(over <= 0, `${over} px too wide`)
      })
    }
  }

  test('is drawn anew in the colours of the night', async (t) => {
    const { server } = await site(t)
    const { page } = await opened(t, server.url)
    const picture = "document.querySelector('canvas').toDataURL()"
    const day = await page.evaluate<string>(picture)
    await page.emulateMedia({ colorScheme: 'dark' })
    await until('it is another picture', async () => (await page.evaluate<string>(picture)) !== day)
  })

  /** With the figures that it got first, when the curves are there. */
  async function opened(t: TestContext, url: string, look = {}) {
    const address = url.includes('/insight') ? url : `${url}/insight`
    const { page, accessible } = await browser.open(t, `${new URL(url).origin}/connect`, look)
    // Seven days, if nothing else is said.
    const stats = answered(page, address.includes('12w') ? 'day' : 'hour')
    await page.goto(address)
    await page.locator('canvas').nth(1).waitFor()
    return { page, accessible, stats }
  }
})

/** The next answer with figures of such buckets. */
async function answered(page: Page, bucket: 'minute' | 'hour' | 'day'): Promise<Stats> {
  const answer = await page.waitForResponse(
    (response) => response.url().includes('/api/v1/stats?') && response.url().includes(`bucket=${bucket}`),
  )
  return (await answer.json()) as Stats
}

function part(page: Page, title: string) {
  return page.getByRole('region', { name: title, exact: true })
}

/** Waits for these figures, of the range that is asked for by now. */
async function shows(page: Page, figures: Record<string, string>): Promise<void> {
  for (const [label, figure] of Object.entries(figures)) {
    const hasText = new RegExp(`^${label}${figure}(?![\\d,.])`)
    await page.locator('.parts:not(.waiting) .headlines > div').filter({ hasText }).waitFor()
  }
}

async function headline(page: Page, label: string, whole = false): Promise<string> {
  const shown = await page
    .locator('.headlines > div')
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator(whole ? '.versus' : 'dd')
    .innerText()
  return shown.split('\n')[0] ?? ''
}

/** The texts of a column in the tables of a part; -1 is the last. */
async function column(page: Page, title: string, at: number): Promise<string[]> {
  const rows = part(page, title).locator('tbody tr')
  await rows.first().waitFor()
  const texts: string[] = []
  for (const row of await rows.all()) texts.push(await row.locator('td, th').nth(at).innerText())
  return texts.map((text) => text.replaceAll(/\s+/g, ' '))
}

async function file(page: Page, title: string): Promise<{ name: string; lines: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `CSV: ${title}` }).click(),
  ])
  const content = await readFile(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), lines: content.trimEnd().split('\r\n') }
}

function fromOf(url: string): number {
  return Date.parse(new URL(url).searchParams.get('from') ?? '')
}

function widthOf(url: string): number {
  return Date.parse(new URL(url).searchParams.get('to') ?? '') - fromOf(url)
}

/** As a date field wants it. */
function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
