// The dashboard in Chromium, at an ordinary size and at 10,000 rooms with 100,000 people: how soon it shows them, whether it
// stays smooth while events come in, and how soon a join is seen. Then a day: whether an open page grows.
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { ensure } from '../scripts/debian.ts'
import { createProgress } from '../src/cli/progress.ts'
import { dashboardDay } from './dashboard-day.ts'
import { withBrowser } from './dashboard-browser.ts'
import { create, enter, leave, tell } from './site.ts'
import { row } from './table.ts'

type Size = { rooms: number; people: number }
export type DashboardOptions = { sizes: Size[]; loads: number; joins: number; events: number }

/** Events come in so often while frames are counted, a second. */
const RATE = 50
const SCROLL = 5_000
/** What is promised, ms. */
const PAINT = 1_000
const SEEN = 250

export async function benchDashboard({ sizes, loads, joins, events }: DashboardOptions): Promise<void> {
  if (ensure(['chromium'], 'the benchmark of the dashboard').length > 0) return
  for (const size of sizes) {
    await withBrowser(async (url, browser) => {
      await fill(url, size)
      await measure(url, browser, size, { loads, joins })
    })
  }
  await withBrowser((url, browser) => dashboardDay(url, browser, events))
}

async function measure(
  url: string,
  browser: Browser,
  { rooms, people }: Size,
  { loads, joins }: Pick<DashboardOptions, 'loads' | 'joins'>,
): Promise<void> {
  console.log(`\n### dashboard: ${rooms} rooms, ${people} people\n`)
  console.log(row('what', 'figure', 'promised'))
  console.log(row('---', '---', '---'))

  const shown: number[] = []
  const known: number[] = []
  for (let load = 0; load < loads; load += 1) {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    const begun = Date.now()
    await page.goto(url, { waitUntil: 'commit' })
    await page.locator('a.room').first().waitFor()
    shown.push(Date.now() - begun)
    await page.locator('.counters .strong dd', { hasText: /\d/ }).waitFor()
    known.push(Date.now() - begun)
    await page.close()
  }
  const paint = quantiles(shown, 0.5, 1)
  console.log(
    row(`until rooms are shown, of ${loads} loads: p50, longest`, said(paint), verdict(paint[0], PAINT)),
  )
  console.log(row('until everybody is known: p50, longest', said(quantiles(known, 0.5, 1)), ''))

  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
  await page.goto(url)
  await page.locator('.counters .strong dd', { hasText: /\d/ }).waitFor()
  const coming = trickle(url, rooms)
  const frames = quantiles(await scrolled(page), 0.5, 0.99, 1)
  coming.abort()
  console.log(row(`frames while scrolling and ${RATE} events/s: p50, p99, longest`, said(frames), ''))

  const seen = quantiles(await untilSeen(page, url, joins), 0.5, 0.99, 1)
  const what = `from a join to its number in the page, ${joins} times: p50, p99, longest`
  console.log(row(what, said(seen), verdict(seen[1], SEEN)))
}

async function fill(url: string, { rooms, people }: Size): Promise<void> {
  const progress = createProgress(process.stderr, 'calls')
  progress.start('filling', rooms + people)
  for (let number = 0; number < rooms; number += 90) {
    const some = Array.from({ length: Math.min(90, rooms - number) }, (_, index) => number + index)
    const calls = some.flatMap((one) => [
      create(nameOf(one)),
      ...Array.from({ length: Math.ceil((people - one) / rooms) }, (_, index) =>
        enter(nameOf(one), `${one + index * rooms}`),
      ),
    ])
    await tell(url, calls)
    progress.advance(calls.length)
  }
  progress.end()
}

/** People who come and go, until it is aborted. */
function trickle(url: string, rooms: number): AbortController {
  const over = new AbortController()
  void (async () => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const room = nameOf(count % rooms)
      await tell(url, [enter(room, `guest-${count}`), leave(room, `guest-${count}`)])
      await pause(2_000 / RATE)
    }
  })()
  return over
}

/** The time between two frames, ms, while the list runs from its beginning to its end. */
async function scrolled(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const list = document.querySelector('.rooms .scroller')
    const frames = []
    const begun = performance.now()
    let last = begun
    requestAnimationFrame(function next(time) {
      frames.push(time - last)
      last = time
      const part = (time - begun) / ${SCROLL}
      list.scrollTop = part * (list.scrollHeight - list.clientHeight)
      if (part < 1) requestAnimationFrame(next)
      else { list.scrollTop = 0; resolve(frames.slice(1)) }
    })
  })`)
}

/** The largest room of all is on top of the list, so that its number is seen. */
async function untilSeen(page: Page, url: string, joins: number): Promise<number[]> {
  const large = 'large'
  await tell(url, [
    create(large),
    ...Array.from({ length: 500 }, (_, index) => enter(large, `first-${index}`)),
  ])
  await page.locator('a.room', { hasText: `${large}@` }).waitFor()
  const took: number[] = []
  for (let count = 1; count <= joins; count += 1) {
    const seen = page.evaluate<number>(`new Promise((resolve) => {
      requestAnimationFrame(function look() {
        const row = [...document.querySelectorAll('a.room')].find((one) => one.textContent.includes('${large}@'))
        if (row?.querySelector('b').textContent === '${500 + count}') resolve(Date.now())
        else requestAnimationFrame(look)
      })
    })`)
    // So that the page is looking when it happens.
    await pause(100 + Math.random() * 100)
    const sent = Date.now()
    await tell(url, [enter(large, `seen-${count}`)])
    took.push((await seen) - sent)
  }
  return took
}

function nameOf(number: number): string {
  return `room-${number}`
}

function quantiles(times: number[], ...parts: number[]): number[] {
  const sorted = times.toSorted((one, other) => one - other)
  return parts.map((part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN)
}

function said(times: number[]): string {
  return times.map((time) => `${time.toFixed(0)} ms`).join(', ')
}

function verdict(time: number | undefined, promised: number): string {
  return `${time !== undefined && time < promised ? 'yes' : 'NO'}: under ${promised} ms`
}
