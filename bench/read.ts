// npm run bench -- read: every list of a year's ledger, alone and while occupants come and go, and what that costs them.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../src/store/open.ts'
import { start } from './contestant.ts'
import { measureJoins, printJoins } from './joins.ts'
import { ask, load, type Asked } from './load.ts'
import { addMeeting } from './meeting.ts'
import { statsCalls } from './stats.ts'
import { median, row } from './table.ts'
import { yearOfLedger } from './year.ts'

const CONNECTIONS = 64
/** Joins and leaves a second. */
const RATE = 2_000
const PEOPLE = 20_000

/** Calls of one kind in a turn, however slow. */
const LEAST = 30

/** The 99th percentile that is aimed at, ms, and whether while occupants come and go. */
type Aim = { ms: number; beside: boolean }
const LIST: Aim = { ms: 20, beside: true }
const STATS: Aim = { ms: 100, beside: false }
const ATTENDANCE: Aim = { ms: 50, beside: false }

type Call = { path: string; aim: Aim }
type Known = { person: string; room: { session: string; jid: string; createdAt: string }; cursor: string }

/** What is measured. */
function calls(known: Known): Map<string, Call> {
  const all = [
    [lists(known), LIST],
    [{ 'attendance of 1,000 stays': '/rooms/m1000/attendance' }, ATTENDANCE],
    [statsCalls(Date.now()), STATS],
  ] as const
  return new Map(
    all.flatMap(([paths, aim]) => Object.entries(paths).map(([name, path]) => [name, { path, aim }])),
  )
}

/** The name of each, and its path below /api/v1. Add a line to add a call. */
function lists({ person, room, cursor }: Known): Record<string, string> {
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
    'rooms, q that is seldom': '/rooms?q=planning77',
    'rooms, q that is nowhere': '/rooms?q=xyzzy',
    'rooms, q that is nowhere, by name': '/rooms?q=xyzzy&sort=name',
    'rooms, q of two characters, nowhere': '/rooms?q=zq',
    'rooms, q of two characters, nowhere, by name': '/rooms?q=zq&sort=name',
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
    'people, q that is nowhere, by name': '/people?q=xyzzy&sort=name',
    'one person': `/people/${person}`,
    'meetings of a person': `/people/${person}/meetings`,
  }
}

export async function benchRead({ patience, seconds }: { patience: number; seconds: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const path = join(folder, 'rollcall.db')
  copyFileSync(yearOfLedger(), path)
  await withMeeting(path)
  const server = await start('sqlite', path)
  const wanted = calls(await known(server.url))

  const alone = await measureAll(server.url, wanted, patience)
  const coming = { connections: CONNECTIONS, seconds, rate: RATE, people: PEOPLE }
  // As long as it takes: the load ends after the reads.
  const read = new AbortController()
  const loading = (async () => {
    while (!read.signal.aborted) await load(server.url, coming)
  })()
  const beside = await measureAll(server.url, wanted, patience)
  read.abort()
  await loading
  const listed = [...wanted.values()].filter(({ aim }) => aim === LIST).map(({ path }) => `/api/v1${path}`)
  const joins = await measureJoins(server.url, listed, { ...coming, seconds: patience })
  await server.stop()
  rmSync(folder, { recursive: true })

  console.log(`\n1,000,000 stays in 100,000 rooms on SQLite, pages of 100, one call after another\n`)
  const besides = `beside ${RATE} joins and leaves/s: calls`
  console.log(row('GET /api/v1…', 'calls', 'p50 ms', 'p99 ms', besides, 'p50 ms', 'p99 ms', 'aimed at'))
  console.log(row('---', '--:', '--:', '--:', '--:', '--:', '--:', '---'))
  for (const [name, { aim }] of wanted) {
    const [quiet, busy] = [alone.get(name), beside.get(name)]
    if (!quiet || !busy) throw new Error(`${name} was not measured`)
    const found = (aim.beside ? busy : quiet).p99
    const verdict = `${aim.ms} ms ${aim.beside ? 'beside' : 'alone'}: ${found <= aim.ms ? 'reached' : 'missed'}`
    console.log(row(name, ...figures(quiet), ...figures(busy), verdict))
  }
  printJoins(joins)
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

/** `patience`: seconds for all calls of one name, more of slow ones. */
async function measureAll(url: string, wanted: Map<string, Call>, patience: number) {
  const measured = new Map<string, Asked>()
  for (const [name, { path }] of wanted) {
    // The first bring the pages into memory, and compile what is needed.
    const took: number[] = []
    while (took.length < 5) took.push(await once(`${url}/api/v1${path}`))
    const enough = Math.ceil((LEAST * median(took)) / 1_000)
    measured.set(name, await ask(url, [`/api/v1${path}`], { seconds: Math.max(patience, enough) }))
  }
  return measured
}

/** Milliseconds. */
async function once(url: string): Promise<number> {
  const began = performance.now()
  const answer = await fetch(url)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${url}: ${text}`)
  return performance.now() - began
}

function figures({ requests, p50, p99 }: Asked): string[] {
  return [`${requests}`, p50.toFixed(1), p99.toFixed(1)]
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
