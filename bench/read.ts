// npm run bench -- read: every list of a year's ledger, alone and while occupants come and go, and what that costs them.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../src/store/open.ts'
import { start } from './contestant.ts'
import { load, type Measured } from './load.ts'
import { addMeeting } from './meeting.ts'
import { statsCalls } from './stats.ts'
import { row } from './table.ts'
import { yearOfLedger } from './year.ts'

const CONNECTIONS = 64
/** Joins and leaves a second. */
const RATE = 2_000
const PEOPLE = 20_000

type Known = { person: string; room: { session: string; jid: string; createdAt: string }; cursor: string }

/** What is measured: its name, and its path below /api/v1. Add a line to add a call. */
function calls({ person, room, cursor }: Known): Record<string, string> {
  const then = encodeURIComponent(room.createdAt)
  const later = encodeURIComponent(new Date(Date.parse(room.createdAt) + 3_600_000).toISOString())
  return {
    rooms: '/rooms',
    'rooms, page 100': `/rooms?cursor=${cursor}`,
    'rooms, live': '/rooms?state=live',
    'rooms, longest': '/rooms?sort=-duration',
    'rooms, ended last': '/rooms?sort=-ended',
    'rooms, by name': '/rooms?sort=name',
    'rooms, live, by name': '/rooms?state=live&sort=name',
    'rooms of a host': '/rooms?host=breakout.meet.example.com',
    'rooms of a kind that there is none of': '/rooms?kind=lobby',
    'rooms in an hour': `/rooms?from=${then}&to=${later}`,
    'rooms of a person': `/rooms?person=${person}`,
    'rooms, q': '/rooms?q=planning',
    'rooms, q that is nowhere': '/rooms?q=xyzzy',
    'rooms at an instant': `/rooms?at=${then}`,
    'rooms at an instant, all, longest': `/rooms?at=${then}&state=all&sort=-duration`,
    'one room': `/rooms/${room.session}`,
    'occupants of a room': `/rooms/${room.session}/occupants`,
    'occupants of a room at an instant': `/rooms/${room.session}/occupants?at=${later}`,
    occupants: '/occupants',
    'occupants, live': '/occupants?state=live',
    'occupants at an instant': `/occupants?at=${later}`,
    'occupants in an hour': `/occupants?from=${then}&to=${later}`,
    'occupants of a room JID': `/occupants?room=${encodeURIComponent(room.jid)}`,
    'stays of a person': `/occupants?person=${person}`,
    services: '/occupants?service=true',
    people: '/people',
    'people, by name': '/people?sort=name',
    'people, verified': '/people?verified=true',
    'people, q': '/people?q=person4',
    'people, q that is nowhere': '/people?q=xyzzy',
    'one person': `/people/${person}`,
    'meetings of a person': `/people/${person}/meetings`,
    'attendance of 1,000 stays': '/rooms/m1000/attendance',
    ...statsCalls(Date.now()),
  }
}

export async function benchRead({ times, seconds }: { times: number; seconds: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const path = join(folder, 'rollcall.db')
  copyFileSync(yearOfLedger(), path)
  await withMeeting(path)
  const server = await start('sqlite', path)
  const wanted = calls(await known(server.url))

  const alone = await measureAll(server.url, wanted, times)
  const coming = { connections: CONNECTIONS, seconds, rate: RATE, people: PEOPLE }
  const joinsAlone = await load(server.url, coming)
  // As long as it takes: the load ends after the reads.
  const read = new AbortController()
  const loads: Measured[] = []
  const loading = (async () => {
    while (!read.signal.aborted) loads.push(await load(server.url, coming))
  })()
  const beside = await measureAll(server.url, wanted, times)
  read.abort()
  await loading
  await server.stop()
  rmSync(folder, { recursive: true })

  console.log(
    `\n1,000,000 stays in 100,000 rooms on SQLite, pages of 100, ${times} calls each, one after another\n`,
  )
  console.log(row('GET /api/v1…', 'p50 ms', 'p99 ms', `p50 ms beside ${RATE} joins and leaves/s`, 'p99 ms'))
  console.log(row('---', '--:', '--:', '--:', '--:'))
  for (const name of Object.keys(wanted)) {
    console.log(row(name, ...percentiles(alone.get(name)), ...percentiles(beside.get(name))))
  }
  console.log(`\nThe joins and leaves meanwhile\n`)
  console.log(row('', 'req/s', 'p50 ms', 'p99 ms'))
  console.log(row('---', '--:', '--:', '--:'))
  for (const [name, { perSecond, p50, p99 }] of [
    ['without reads', joinsAlone] as const,
    ...loads.map((measured, index) => [`with reads, ${index + 1}`, measured] as const),
  ]) {
    console.log(row(name, perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1)))
  }
}

/** A meeting of 1,000 stays beside those of ten. */
async function withMeeting(database: string): Promise<void> {
  const onLost = (error: Error) => {
    throw error
  }
  const store = await openStore({ database, schema: '', queueLimit: 10_000, onLost })
  await addMeeting(store, 'm1000', 1_000)
  await store.close()
}

async function measureAll(url: string, wanted: Record<string, string>, times: number) {
  const measured = new Map<string, number[]>()
  for (const [name, path] of Object.entries(wanted)) {
    const latencies: number[] = []
    // The first few bring the pages into memory.
    for (let n = -3; n < times; n += 1) {
      const began = performance.now()
      const answer = await fetch(`${url}/api/v1${path}`)
      const text = await answer.text()
      if (answer.status !== 200) throw new Error(`${name}: ${text}`)
      if (n >= 0) latencies.push(performance.now() - began)
    }
    measured.set(
      name,
      latencies.toSorted((one, other) => one - other),
    )
  }
  return measured
}

function percentiles(sorted: number[] = []): string[] {
  return [0.5, 0.99].map((part) => (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(1))
}

/** Somebody with many meetings, a room of half a year ago, and a page far from the first. */
async function known(url: string): Promise<Known> {
  const get = async <T>(path: string) => (await (await fetch(`${url}/api/v1${path}`)).json()) as T
  const { people } = await get<{ people: { id: string; stays: number }[] }>('/people?limit=1000')
  const [most] = people.toSorted((one, other) => other.stays - one.stays)
  const then = Date.now() - 182 * 24 * 3_600_000
  const { rooms } = await get<{ rooms: Known['room'][] }>(`/rooms?at=${then}&state=all&limit=1`)
  let cursor = ''
  for (let page = 0; page < 10; page += 1) {
    cursor = (await get<{ next: string }>(`/rooms?limit=1000${cursor && `&cursor=${cursor}`}`)).next
  }
  if (!most || !rooms[0]) throw new Error('the ledger is empty')
  return { person: most.id, room: rooms[0], cursor }
}
