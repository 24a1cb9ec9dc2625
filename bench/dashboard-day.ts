// A page that is left open for eight hours at 50 events a second, as fast as it goes: meetings and people that are new each
// time, as on a real day. What it holds on to is looked at after each hour.
import type { Browser, Page } from 'playwright-core'
import { createProgress } from '../src/cli/progress.ts'
import { create, end, enter, leave, promote, tell, type Call } from './site.ts'
import { row } from './table.ts'

const HOURS = 8
/** Live at the same time. */
const MEETINGS = 200
const PEOPLE = 8
/** Of a meeting: its beginning and end, everybody's coming and going, and one who becomes moderator. */
const EVENTS = 2 + 2 * PEOPLE + 1
/** Meetings that are told of together, and how often it is waited for the page, in meetings. */
const [TOGETHER, AHEAD] = [25, 500]
/** An hour in which the page shows History, and one in which it is behind another tab of the browser. */
const [AWAY, BEHIND] = [3, 5]
/**
 * What may be more at the end than after the first hour: the code of another page, rows that were just there. Were two
 * bytes of every event kept, it would be more.
 */
const GROWTH = { heap: 2, nodes: 1_000, listeners: 20 }

/** heap: MB. */
type Held = Record<keyof typeof GROWTH, number>

/** `events`: of the whole day; 1,440,000 are eight hours at 50 a second. */
export async function dashboardDay(url: string, browser: Browser, events: number): Promise<void> {
  const each = Math.round(events / EVENTS / HOURS)
  const told = each * HOURS * EVENTS
  const share = told >= 1_400_000 ? '' : `, a part of the 1,440,000 of a whole day`
  console.log(`\n### dashboard: a page open for ${HOURS} hours, ${told} events${share}\n`)
  console.log(row('after hour', 'events', 'heap MB', 'DOM nodes', 'listeners', 'meanwhile'))
  console.log(row('---', '---', '---', '---', '---', '---'))

  const [context] = browser.contexts()
  if (!context) throw new Error('the browser has no context of its own')
  const page = await context.newPage()
  await page.setViewportSize({ width: 1_440, height: 900 })
  await tell(url, Array.from({ length: MEETINGS }, (_, number) => begin(number)).flat())
  await page.goto(url)
  const progress = createProgress(process.stderr, 'events')
  progress.start('a day', told)
  const held: Held[] = []
  for (let hour = 0; hour <= HOURS; hour += 1) {
    const back = await leaveAlone(page, hour)
    let ahead = 0
    for await (const meetings of hour === 0 ? [] : pass(url, MEETINGS + each * (hour - 1), each)) {
      progress.advance(meetings * EVENTS)
      ahead += meetings
      if (ahead < AHEAD || hour === AWAY || hour === BEHIND) continue
      await upToDate(url, page)
      ahead = 0
    }
    await back()
    await upToDate(url, page)
    held.push(await look(page))
    const { heap, nodes, listeners } = held.at(-1) as Held
    const meanwhile = { [AWAY]: 'showed History', [BEHIND]: 'was hidden' }[hour] ?? ''
    console.log(
      row(`${hour}`, `${each * hour * EVENTS}`, heap.toFixed(1), `${nodes}`, `${listeners}`, meanwhile),
    )
  }
  progress.end()
  const [first, last] = [held[1], held.at(-1)] as [Held, Held]
  const grown = (Object.keys(GROWTH) as (keyof Held)[]).filter(
    (what) => last[what] - first[what] > GROWTH[what],
  )
  console.log(grown.length === 0 ? '\nIt does not grow.' : `\nIT GROWS: ${grown.join(', ')}`)
}

/** So many meetings begin, and as many that began before them end. */
async function* pass(url: string, first: number, meetings: number): AsyncGenerator<number> {
  for (let next = first; next < first + meetings; next += TOGETHER) {
    const count = Math.min(TOGETHER, first + meetings - next)
    const numbers = Array.from({ length: count }, (_, index) => next + index)
    await tell(
      url,
      numbers.flatMap((number) => [...begin(number), ...finish(number - MEETINGS)]),
    )
    yield count
  }
}

function begin(number: number): Call[] {
  const room = `meeting-${number}`
  return [
    create(room),
    ...Array.from({ length: PEOPLE }, (_, index) => enter(room, `${number}-${index}`)),
    promote(room, `${number}-0`),
  ]
}

/** Half of them leave before its end. */
function finish(number: number): Call[] {
  const room = `meeting-${number}`
  return [...Array.from({ length: PEOPLE / 2 }, (_, index) => leave(room, `${number}-${index}`)), end(room)]
}

/** Lets the page be as it is in this hour; gives what brings it back. */
async function leaveAlone(page: Page, hour: number): Promise<() => Promise<void>> {
  if (hour === AWAY) {
    await page.getByRole('link', { name: 'History' }).click()
    return () => page.getByRole('link', { name: 'Live', exact: true }).click()
  }
  if (hour !== BEHIND) return async () => {}
  const other = await page.context().newPage()
  await other.bringToFront()
  const state = await page.evaluate<string>('document.visibilityState')
  if (state !== 'hidden') throw new Error(`the page behind another one is ${state}`)
  return async () => {
    await other.close()
    await page.bringToFront()
  }
}

/** Until the page shows a meeting that has just begun: then it has been told of all before. */
async function upToDate(url: string, page: Page): Promise<void> {
  markers += 1
  const marker = `marker-${markers}`
  // The largest is on top of the list.
  const people = Array.from({ length: 2 * PEOPLE }, (_, index) => `${marker}-${index}`)
  await tell(url, [create(marker), ...people.map((who) => enter(marker, who))])
  const shown = page.locator('a.room', { hasText: `${marker}@` })
  await shown.waitFor({ timeout: 120_000 })
  await tell(url, [end(marker)])
  await shown.waitFor({ state: 'detached' })
}

let markers = 0

async function look(page: Page): Promise<Held> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  await session.detach()
  return { heap: usedSize / 1e6, nodes, listeners: jsEventListeners }
}
