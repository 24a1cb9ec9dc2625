// npm run screenshots: the pictures of the README, in docs/images. The demo of a fixed day, on a clock that stands still, so
// that they change when the page does and at no other time. `-- live` takes those of one page alone.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { planDays, sendAll } from '../src/cli/simulate/play.ts'
import { Present } from '../src/cli/simulate/present.ts'
import { openTarget } from '../src/cli/simulate/target.ts'
import { DEMO_HOST } from '../src/ledger/demo.ts'
import { startServer } from '../test/support/server.ts'
import { launch } from './chromium.ts'
import { ensure } from './debian.ts'

const ZONE = 'Europe/Berlin'
// A day of the demo is planned on the local clock.
process.env['TZ'] = ZONE
/** A Thursday afternoon, when a lecture is in its breakout rooms, and two weeks before it. */
const NOW = Date.parse('2026-11-19T14:55:00+01:00')
const FIRST = new Date('2026-11-05T00:00:00+01:00')
const SEED = 1
const IMAGES = join(import.meta.dirname, '../docs/images')
/** Of a picture, bytes: who reads the README loads one of each page. */
const LARGE = 200_000

type Room = { session: string; parentJid: string | null; createdAt: string; peak: number }

/** The address of each page, without the session that belongs to some. */
const PAGES = new Map([
  ['live', '/?room='],
  ['meeting', '/meeting?session='],
  ['insight', '/insight'],
])

const named = process.argv.slice(2)
const unknown = named.filter((name) => !PAGES.has(name))
if (unknown.length > 0) {
  console.error(`There is no picture of ${unknown.join(', ')}, but of ${[...PAGES.keys()].join(', ')}.`)
  process.exit(1)
}
if (ensure(['chromium'], 'the pictures').length > 0) process.exit(1)

const server = await startServer({ now: () => NOW })
const target = await openTarget({ url: server.url })
const browser = await launch()
try {
  const calls = planDays(SEED, FIRST, new Date(NOW)).filter(({ at }) => at <= NOW)
  await sendAll(target, calls)
  const present = new Present()
  calls.forEach((call) => present.take(call))
  // As a Prosody says it, so that the host is in sync.
  const said = { host: DEMO_HOST, bootId: 'screenshots' }
  await target.call('POST', '/api/v1/sync', { ...said, rooms: present.rooms() })
  await target.call('POST', '/api/v1/heartbeat', { ...said, ...present.counts() })

  mkdirSync(IMAGES, { recursive: true })
  for (const name of named.length > 0 ? named : PAGES.keys()) {
    for (const scheme of ['light', 'dark'] as const) await take(name, scheme)
  }
} finally {
  await browser.close()
  await server.stop()
}

async function take(name: string, scheme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1_440, height: 780 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: ZONE,
  })
  const page = await context.newPage()
  await page.clock.setFixedTime(NOW)
  const address = PAGES.get(name) ?? ''
  const session = name === 'live' ? await largest() : name === 'meeting' ? await grouped() : ''
  await page.goto(server.url + address + encodeURIComponent(session))
  await drawn(page, name)
  const path = join(IMAGES, `${name}-${scheme}.png`)
  await page.screenshot({ path })
  await context.close()
  const { size } = statSync(path)
  console.log(`${path}: ${Math.round(size / 1_000)} kB${size > LARGE ? ', which is MUCH' : ''}`)
}

/** Live keeps its stream open, so there it is waited for what comes last: the curve of the day. */
async function drawn(page: Page, name: string): Promise<void> {
  await (name === 'live' ? page.locator('.curve').waitFor() : page.waitForLoadState('networkidle'))
  if ((await page.getByRole('heading', { name: 'Nothing is here' }).count()) > 0)
    throw new Error(`the dashboard has no page ${name}`)
}

/** The session of the live meeting with the most people. */
async function largest(): Promise<string> {
  const { rooms } = await target.call('GET', '/api/v1/rooms?state=live&kind=conference&limit=1000')
  const [first] = (rooms as Room[]).toSorted((one, other) => other.peak - one.peak)
  return first?.session ?? ''
}

/** That of the last meeting to have ended that went into groups. */
async function grouped(): Promise<string> {
  const ended = '/api/v1/rooms?state=ended&limit=1&kind='
  const { rooms: groups } = await target.call('GET', `${ended}breakout`)
  const [group] = groups as Room[]
  const parent = encodeURIComponent(group?.parentJid ?? '')
  const { rooms } = await target.call('GET', `${ended}conference&to=${group?.createdAt ?? ''}&q=${parent}`)
  return (rooms as Room[])[0]?.session ?? ''
}
