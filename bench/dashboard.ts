// The dashboard in Chromium with 10,000 live rooms and 100,000 people in them: how soon it shows them, whether it stays
// smooth while events come in, how soon a join is seen, and whether an open page grows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { ensure } from '../scripts/debian.ts'
import { createProgress } from '../src/cli/progress.ts'
import { serve } from '../test/support/process.ts'
import { row } from './table.ts'

export type DashboardOptions = { rooms: number; peopleInEach: number; joins: number; events: number }

const HOST = 'conference.example.com'
const BATCH = 1_000
/** Events come in so often while frames are counted, a second. */
const RATE = 50
const SCROLL = 5_000

export async function benchDashboard({
  rooms,
  peopleInEach,
  joins,
  events,
}: DashboardOptions): Promise<void> {
  if (ensure(['chromium'], 'the benchmark of the dashboard').length > 0) return
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const server = await serve({ ROLLCALL_DATABASE: join(folder, 'rollcall.db'), ROLLCALL_LOG_LEVEL: 'info' })
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
  try {
    await fill(server.url, rooms, peopleInEach)
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    console.log(`\n### dashboard: ${rooms} rooms, ${rooms * peopleInEach} people\n`)
    console.log(row('what', 'figure'))
    console.log(row('---', '---'))

    const begun = Date.now()
    await page.goto(server.url)
    await page.locator('a.room').first().waitFor()
    console.log(row('until the rooms are shown', `${Date.now() - begun} ms`))

    await page.locator('.counters .strong dd', { hasText: /\d/ }).waitFor()
    console.log(row('until everybody is known', `${Date.now() - begun} ms`))

    const coming = trickle(server.url, rooms)
    const frames = await scrolled(page)
    coming.abort()
    console.log(row(`frames while scrolling and ${RATE} events/s: p50, p99, longest`, spread(frames)))

    const seen = await untilSeen(page, server.url, joins)
    console.log(row('from a join to its number in the page: p50, p99, longest', spread(seen)))

    const before = await heap(page)
    await churn(server.url, rooms, events)
    await pause(2_000)
    const after = await heap(page)
    console.log(
      row(`heap before and after ${events} events`, `${before.toFixed(1)} MB, ${after.toFixed(1)} MB`),
    )
  } finally {
    await browser.close()
    server.child.kill('SIGTERM')
    await server.exited
    rmSync(folder, { recursive: true })
  }
}

async function fill(url: string, rooms: number, peopleInEach: number): Promise<void> {
  const progress = createProgress(process.stderr, 'calls')
  progress.start('filling', rooms * (peopleInEach + 1))
  const each = Math.max(1, Math.floor(BATCH / (peopleInEach + 1)))
  for (let first = 0; first < rooms; first += each) {
    const numbers = Array.from({ length: Math.min(each, rooms - first) }, (_, index) => first + index)
    const calls = numbers.flatMap((number) => [
      create(number),
      ...Array.from({ length: peopleInEach }, (_, person) => enter(number, `${number}-${person}`)),
    ])
    await batch(url, calls)
    progress.advance(calls.length)
  }
  progress.end()
}

/** People who come and go, until it is aborted. */
function trickle(url: string, rooms: number): AbortController {
  const over = new AbortController()
  void (async () => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      await batch(url, [enter(count % rooms, `guest-${count}`), leave(count % rooms, `guest-${count}`)])
      await pause(2_000 / RATE)
    }
  })()
  return over
}

async function churn(url: string, rooms: number, events: number): Promise<void> {
  for (let done = 0; done < events; done += BATCH) {
    const pairs = Array.from({ length: BATCH / 2 }, (_, index) => (done + index) % rooms)
    const calls = pairs.flatMap((number) => [
      enter(number, `c-${done}-${number}`),
      leave(number, `c-${done}-${number}`),
    ])
    await batch(url, calls)
  }
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

async function untilSeen(page: Page, url: string, joins: number): Promise<number[]> {
  await batch(url, [create(-1), ...Array.from({ length: 500 }, (_, index) => enter(-1, `first-${index}`))])
  await page.locator('a.room', { hasText: 'room--1' }).waitFor()
  const took: number[] = []
  for (let count = 1; count <= joins; count += 1) {
    const seen = page.evaluate<number>(`new Promise((resolve) => {
      requestAnimationFrame(function look() {
        const row = [...document.querySelectorAll('a.room')].find((one) => one.textContent.includes('room--1'))
        if (row?.querySelector('b').textContent === '${500 + count}') resolve(Date.now())
        else requestAnimationFrame(look)
      })
    })`)
    // So that the page is looking when it happens.
    await pause(100 + Math.random() * 100)
    const sent = Date.now()
    await batch(url, [enter(-1, `seen-${count}`)])
    took.push((await seen) - sent)
  }
  return took
}

async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1e6
}

type Call = { method: string; path: string; body: object }

function create(number: number): Call {
  const body = { name: `room-${number}`, session: `s${number}`, jid: jidOf(number) }
  return { method: 'POST', path: '/api/v1/rooms', body }
}

function enter(number: number, who: string): Call {
  const body = {
    jid: `${who}@example.com/tab`,
    roomJid: jidOf(number),
    nick: `Person ${who}`,
    role: 'participant',
  }
  return { method: 'POST', path: '/api/v1/occupants', body }
}

function leave(number: number, who: string): Call {
  return {
    method: 'DELETE',
    path: `/api/v1/occupants/${encodeURIComponent(`${who}@example.com/tab`)}`,
    body: { roomJid: jidOf(number) },
  }
}

function jidOf(number: number): string {
  return `room-${number}@${HOST}`
}

async function batch(url: string, requests: Call[]): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/batch`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ requests }),
  })
  if (answer.status !== 200) throw new Error(await answer.text())
  await answer.arrayBuffer()
}

function spread(times: number[]): string {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(0)
  return `${at(0.5)} ms, ${at(0.99)} ms, ${at(1)} ms`
}
