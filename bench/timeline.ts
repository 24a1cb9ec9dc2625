// The page of one large meeting in Chromium: how soon its timeline is drawn once everybody's stays are there, and how long a
// step of the slider takes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launch } from '../scripts/chromium.ts'
import { ensure } from '../scripts/debian.ts'
import { serve } from '../test/support/process.ts'
import { median, row } from './table.ts'

export type TimelineOptions = { people: number; staysOfEach: number; times: number }

const ROOM = 'hall@conference.example.com'
const BEGUN = Date.parse('2026-06-01T09:00:00Z')
const [MINUTE, BATCH] = [60_000, 1_000]

/** From the last answer with stays to the end of the first frame in which there are bars; as text, because it runs in the page. */
const WATCH = `globalThis.drawn = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-stay]')) return
    observer.disconnect()
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/occupants?'))
        resolve(performance.now() - Math.max(...answers.map(({ responseEnd }) => responseEnd)))
      }
      port2.postMessage(null)
    })
  }).observe(document, { childList: true, subtree: true })
})`

/** From the next key to the end of the frame that shows what it did. */
const STEP = `void (globalThis.stepped = new Promise((resolve) => {
  addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve(performance.now() - timeStamp)
    port2.postMessage(null)
  }), { once: true, capture: true })
}))`

export async function benchTimeline({ people, staysOfEach, times }: TimelineOptions): Promise<void> {
  if (ensure(['chromium'], 'the benchmark of the timeline').length > 0) return
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const server = await serve({ ROLLCALL_DATABASE: join(folder, 'rollcall.db'), ROLLCALL_LOG_LEVEL: 'info' })
  const browser = await launch()
  try {
    await fill(server.url, people, staysOfEach)
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    await page.addInitScript(WATCH)
    const drawn: number[] = []
    for (let time = 0; time < times; time += 1) {
      await page.goto(`${server.url}/meeting?session=hall`)
      drawn.push(await page.evaluate<number>('globalThis.drawn'))
    }
    console.log(`\n### timeline: ${people} people, ${people * staysOfEach} stays, ${times} times\n`)
    console.log(row('what', 'median', 'longest'))
    console.log(row('---', '---', '---'))
    print('from the last answer to the timeline', drawn)
    print('a step of the slider', await stepped(page, times))
  } finally {
    await browser.close()
    server.child.kill('SIGTERM')
    await server.exited
    rmSync(folder, { recursive: true })
  }
}

async function stepped(page: Page, times: number): Promise<number[]> {
  await page.getByRole('slider').focus()
  const took: number[] = []
  for (let time = 0; time < times; time += 1) {
    await page.evaluate(STEP)
    await page.keyboard.press('ArrowLeft')
    took.push(await page.evaluate<number>('globalThis.stepped'))
  }
  return took
}

async function fill(url: string, people: number, staysOfEach: number): Promise<void> {
  const at = (minute: number) => Math.round(BEGUN + minute * MINUTE)
  const call = (minute: number, method: string, path: string, body: object) => ({
    at: at(minute),
    method,
    path: `/api/v1${path}`,
    body: { ...body, at: at(minute) },
  })
  const length = 90 / staysOfEach
  const stays = Array.from({ length: people * staysOfEach }, (_, index) => {
    const [who, turn] = [index % people, Math.floor(index / people)]
    const jid = `person-${who}@example.com/${turn}`
    const said = { jid, roomJid: ROOM, nick: `Person ${who}`, role: 'participant', userId: `user-${who}` }
    const begun = turn * length + (who % 50) / 50
    return [
      call(begun, 'POST', '/occupants', said),
      call(begun + length - 1.5, 'DELETE', `/occupants/${encodeURIComponent(jid)}`, { roomJid: ROOM }),
    ]
  })
  const calls = [
    call(0, 'POST', '/rooms', { name: 'Hall', session: 'hall', jid: ROOM }),
    ...stays.flat().toSorted((one, other) => one.at - other.at),
    call(91, 'DELETE', '/rooms/hall', { jid: ROOM }),
  ]
  for (let from = 0; from < calls.length; from += BATCH) {
    const requests = calls.slice(from, from + BATCH).map(({ at: _at, ...request }) => request)
    const answer = await fetch(`${url}/api/v1/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requests }),
    })
    const { responses } = (await answer.json()) as { responses?: { status: number }[] }
    if (!responses?.every(({ status }) => status === 200)) throw new Error('the meeting was not taken')
  }
}

function print(what: string, times: number[]): void {
  console.log(row(what, `${median(times).toFixed(0)} ms`, `${Math.max(...times).toFixed(0)} ms`))
}
