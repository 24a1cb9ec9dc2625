// npm run bench -- drain: Prosody comes up with events waiting in its file; how fast the server has them all, and
// what somebody connected to that Prosody notices of it.
import { client, xml } from '@xmpp/client'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CONFERENCE, DOMAIN, startProsody } from '../test/e2e/prosody.ts'
import { until } from '../test/e2e/until.ts'
import { row } from './table.ts'

const PEOPLE = 10

export async function benchDrain({ events, seconds }: { events: number; seconds: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const prosody = await startProsody({ url, settings: ['rollcall_retry_max = 1'], modules: ['ping'] })
  const spool = join(prosody.folder, 'data/rollcall', `${CONFERENCE}.spool`)
  await until('the module is loaded', () => existsSync(spool))
  await prosody.stop()
  writeFileSync(spool, waiting(events))
  chmodSync(spool, 0o666)
  await prosody.start()

  const xmpp = client({
    service: `xmpp://127.0.0.1:${prosody.tcpPort}`,
    domain: DOMAIN,
    resource: 'bench',
    credentials: async (authenticate) => {
      await authenticate({ username: 'ann', password: 'any' }, 'PLAIN', xml('user-agent'))
    },
  })
  xmpp.timeout = 60_000 // Prosody reads the file first
  xmpp.on('error', () => {})
  await xmpp.start()
  const ping = async () => {
    const sent = performance.now()
    const query = xml('ping', { xmlns: 'urn:xmpp:ping' })
    await xmpp.iqCaller.request(xml('iq', { type: 'get', to: DOMAIN }, query), 60_000)
    return performance.now() - sent
  }

  const before = await pings(ping, pause(seconds * 1_000))
  const main = join(import.meta.dirname, '../src/cli/main.ts')
  const server = spawn(
    process.execPath,
    [main, 'serve', '--port', `${port}`, '--database', join(folder, 'rollcall.db')],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  await until('the server is ready', async () => (await get(`${url}/readyz`)) !== undefined)
  await until('the first events are there', async () => (await reports(url)) > 0)
  const first = await reports(url)
  const began = performance.now()
  let ended = began
  const drained = until(
    'all events are there',
    async () => {
      ended = performance.now()
      return (await reports(url)) >= events
    },
    10 * 60_000,
  )
  const during = await pings(ping, drained)
  const rate = (events - first) / ((ended - began) / 1_000)

  console.log(`\n${events} events waiting in Prosody's file; ${rate.toFixed(0)} events/s\n`)
  console.log(row('XMPP ping', 'pings', 'p50 ms', 'p99 ms', 'max ms'))
  console.log(row('---', '--:', '--:', '--:', '--:'))
  for (const [name, times] of Object.entries({ 'while they wait': before, 'while they are sent': during })) {
    const sorted = times.toSorted((one, other) => one - other)
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)
    console.log(row(name, `${times.length}`, at(0.5), at(0.99), at(1)))
  }
  await xmpp.stop()
  await prosody.dispose()
  server.kill()
  await once(server, 'exit')
  rmSync(folder, { recursive: true })
}

/** One ping after another, with 5 ms between them, until something else has happened. */
async function pings(ping: () => Promise<number>, end: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const over = end.then(() => true)
  do times.push(await ping())
  while (!(await Promise.race([over, pause(5, false)])))
  return times
}

/** As the module writes it: meetings of ten people, of whom half change their name. */
function waiting(events: number): string {
  const lines: string[] = []
  const now = Date.now()
  function line(kind: string, room: string, method: string, path: string, body: object): void {
    if (lines.length >= events) return
    const key = `bench-${String(lines.length).padStart(10, '0')}`
    const at = now - 3_600_000 + lines.length
    const call = { method, path, body: { ...body, at }, idempotencyKey: key }
    lines.push(['E', kind, at, room, JSON.stringify(call)].join('\t'))
  }
  for (let meeting = 0; lines.length < events; meeting += 1) {
    const jid = `meeting${meeting}@${CONFERENCE}`
    const session = `00000000-0000-4000-8000-${String(meeting).padStart(12, '0')}`
    line('create', jid, 'POST', '/api/v1/rooms', {
      name: `meeting${meeting}`,
      session,
      jid,
      kind: 'conference',
    })
    const people = Array.from({ length: PEOPLE }, (_, n) => `user${meeting}-${n}@${DOMAIN}/Ab12-${n}`)
    for (const person of people) {
      const userAgent =
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'
      const known = { nick: 'Somebody With A Name', role: 'participant', userAgent, ip: '203.0.113.77' }
      const email = 'somebody@example.com'
      line('join', jid, 'POST', '/api/v1/occupants', { jid: person, roomJid: jid, ...known, email })
    }
    for (const person of people) {
      const path = `/api/v1/occupants/${encodeURIComponent(person)}`
      if (person.endsWith('0')) line('update', jid, 'PUT', path, { roomJid: jid, nick: 'Another Name' })
      line('leave', jid, 'DELETE', path, { roomJid: jid, reason: 'left' })
    }
    line('end', jid, 'DELETE', `/api/v1/rooms/${session}`, { jid })
  }
  return `${lines.join('\n')}\n`
}

/** How many reports of the conference component the server has judged. */
async function reports(url: string): Promise<number> {
  const metrics = (await get(`${url}/metrics`)) ?? ''
  return Number(
    new RegExp(`^rollcall_host_reports_total\\{host="${CONFERENCE}"\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0,
  )
}

async function get(url: string): Promise<string | undefined> {
  const response = await fetch(url).catch(() => undefined)
  return response?.ok ? response.text() : undefined
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
