// The page and its connection in a real Chromium: whatever becomes of the server, the line or the login, nothing is missed,
// and the page says how it stands.
import assert from 'node:assert/strict'
import { join as pathOf } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { startProxy } from '../e2e/proxy.ts'
import { until } from '../e2e/until.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from './browser.ts'
import { people, room } from './rooms.ts'
import { HOST, sayTo } from './say.ts'

const ANN = 'ann@example.com/tab'
const BEN = 'ben@example.com/tab'
const CAT = 'cat@example.com/tab'
const HOUR = 3_600_000
const TOKENS = { ROLLCALL_INGEST_TOKEN: 'ingest-token', ROLLCALL_READ_TOKEN: 'read-token' }

describe('a page that is left open', { skip: noChromium }, () => {
  const browser = useBrowser()

  test('goes on where it was when the server is back, and says since when it was away', async (t) => {
    const databasePath = pathOf(temporaryFolder(t), 'rollcall.db')
    const first = await startServer({ databasePath })
    await sayTo(first).create('daily')
    await sayTo(first).join('daily', ANN, 'Ann')
    const { page, asked } = await browser.open(t, first.url)
    await page.locator('.counters .strong').getByText('1').waitFor()
    await isLive(page)
    await first.stop()
    const { since, at } = await lost(page)
    assert.ok(Math.abs(at - since) < 5_000, 'since it was lost')
    await page.waitForTimeout(2_500)
    assert.equal((await lost(page)).since, since, 'not since the last attempt')

    const second = await startServer({ databasePath, port: first.port })
    t.after(() => second.stop())
    // Before the page knows that there is a server again.
    await sayTo(second).join('daily', BEN, 'Ben')
    await sayTo(second).leave('daily', ANN)
    await sayTo(second).join('daily', CAT, 'Cat')
    await people(page, 'daily', 2)
    await isLive(page)
    assert.equal(reads(asked, '/rooms'), 1, 'it did not have to read anew')
  })

  test('shows what the server has when its log is another one', async (t) => {
    const first = await startServer()
    await sayTo(first).create('daily')
    await sayTo(first).join('daily', ANN, 'Ann')
    const { page } = await browser.open(t, first.url)
    await people(page, 'daily', 1)
    await first.stop()
    await lost(page)
    const second = await startServer({ port: first.port })
    t.after(() => second.stop())
    await sayTo(second).create('other')
    await people(page, 'other', 0)
    await room(page, 'daily').waitFor({ state: 'detached' })
  })

  test('misses nothing when the line breaks within a message', async (t) => {
    const { say, page, proxy, asked } = await behindProxy(t)
    await people(page, 'daily', 0)
    await page.locator('.counters .strong').getByText('0').waitFor()
    // The message has told its id by then.
    proxy.cutAfter('event: occupant.joined\n')
    await say.join('daily', ANN, 'Ann')
    await people(page, 'daily', 1)
    await say.join('daily', BEN, 'Ben')
    await people(page, 'daily', 2)
    assert.deepEqual(
      [reads(asked, '/events'), reads(asked, '/rooms')],
      [2, 1],
      'it did not have to read anew',
    )
  })

  test('misses nothing when it is too slow and the server cuts it off', async (t) => {
    const { server, say, page, proxy } = await behindProxy(t)
    await people(page, 'daily', 0)
    proxy.stall()
    // More than the system keeps for a connection that nobody reads.
    const long = 'x'.repeat(2_000)
    for (let count = 0; count < 3_000; count += 1_000) {
      const requests = Array.from({ length: 1_000 }, (_, index) => ({
        method: 'POST',
        path: '/api/v1/occupants',
        body: {
          jid: `${count + index}@example.com`,
          roomJid: `daily@${HOST}`,
          nick: 'Somebody',
          role: 'participant',
          avatar: long,
          userAgent: long,
        },
      }))
      await say.say('POST', '/batch', { requests })
    }
    await until('it is cut off', async () =>
      /^rollcall_stream_cut_off_total 1$/m.test(await (await fetch(`${server.url}/metrics`)).text()),
    )
    proxy.flow()
    await people(page, 'daily', 3_000)
    await isLive(page)
  })

  test('asks for a token again when its login has expired, and then shows what came meanwhile', async (t) => {
    let passed = 0
    const server = await startServer({ settings: TOKENS, now: () => Date.now() + passed })
    t.after(() => server.stop())
    const say = sayTo(server, 'ingest-token')
    await say.create('daily')
    const { page } = await browser.open(t, `${server.url}/?room=s-daily`)
    await logIn(page)
    await people(page, 'daily', 0)
    passed = 12 * HOUR - 4_000
    // A stream that begins now has four seconds left.
    await page.reload()
    await people(page, 'daily', 0)
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    assert.equal(await page.getByText('daily').count(), 0, 'nothing is shown to who may not read')
    await say.join('daily', ANN, 'Ann')
    await logIn(page)
    await people(page, 'daily', 1)
    await page.getByRole('list', { name: 'Who is in it' }).getByText('Ann').waitFor()
  })

  test('asks for a token again when its login was ended elsewhere', async (t) => {
    const server = await startServer({ settings: TOKENS })
    t.after(() => server.stop())
    const say = sayTo(server, 'ingest-token')
    await say.create('daily')
    const { page } = await browser.open(t, server.url)
    await logIn(page)
    await people(page, 'daily', 0)
    const cookies = await page.context().cookies()
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie } })
    assert.equal(out.status, 200)
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    await logIn(page)
    await isLive(page)
  })

  /** A page with an empty room, `daily`. */
  async function behindProxy(t: TestContext) {
    const server = await startServer()
    await sayTo(server).create('daily')
    const proxy = await startProxy(server.port)
    t.after(async () => {
      await proxy.stop()
      await server.stop()
    })
    return { server, proxy, say: sayTo(server), ...(await browser.open(t, proxy.url)) }
  }
})

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Read or admin token').fill('read-token')
  await page.keyboard.press('Enter')
}

function reads(asked: string[], path: string): number {
  return asked.filter((one) => one === `/api/v1${path}`).length
}

function isLive(page: Page): Promise<void> {
  return page.locator('.connection.is-live').waitFor()
}

/** Since when the page says that it is not connected, and when it said so; epoch ms. */
async function lost(page: Page): Promise<{ since: number; at: number }> {
  const said = page.getByText(/^Connection lost since \d\d:\d\d:\d\d, trying again$/)
  await said.waitFor()
  const time = /\d\d:\d\d:\d\d/.exec((await said.textContent()) ?? '')?.[0]
  const day = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin' }).format(Date.now())
  const offset = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' })
  const [, zone] = /GMT(.*)$/.exec(offset.format(Date.now())) ?? []
  return { since: Date.parse(`${day}T${time}${zone}`), at: Date.now() }
}
