// npm run bench -- sizing: events a second and bytes a day for a number of people, by what this machine measures.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Report } from '../src/ledger/command.ts'
import { openPostgres } from '../src/store/postgres/store.ts'
import { openSqlite } from '../src/store/sqlite/store.ts'
import type { Store } from '../src/store/store.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { row } from './table.ts'

/** What a day is taken to be. Change these to what a site is like. */
const DAY = {
  meetingsEach: 3,
  peopleInMeeting: 6,
  /** Some come back after losing the connection. */
  staysEach: 1.2,
  /** Changes of name, email and role. */
  updatesOfStay: 1,
  /** Of a day's events, in its busiest hour. */
  busiestHour: 0.15,
  /** The busiest second of that hour against its average: meetings begin on the hour. */
  burst: 5,
}
const PEOPLE = [10_000, 1_000_000, 30_000_000]
/** As many as the Prosody module sends at once. */
const BATCH = 500
const MEETINGS = 4_000

export async function benchSizing(): Promise<void> {
  const { meetingsEach, peopleInMeeting, staysEach, updatesOfStay, busiestHour, burst } = DAY
  const perPerson = meetingsEach * staysEach * (2 + updatesOfStay) + (meetingsEach / peopleInMeeting) * 2
  const postgres = await startPostgres('newest')
  const engines = { SQLite: await fillSqlite(), PostgreSQL: await fillPostgres(postgres.url) }
  await postgres.dispose()

  console.log(`\nA day: ${JSON.stringify(DAY)}, so ${perPerson.toFixed(1)} events for each person\n`)
  console.log(row('', 'events/s in batches of 500', 'bytes an event, all tables and indexes'))
  console.log(row('---', '--:', '--:'))
  for (const [name, { perSecond, bytes }] of Object.entries(engines)) {
    console.log(row(name, perSecond.toFixed(0), bytes.toFixed(0)))
  }
  console.log()
  console.log(
    row(
      'people a day',
      'events a day',
      'busiest hour, events/s',
      'busiest second',
      'SQLite a day',
      'PostgreSQL a day',
    ),
  )
  console.log(row('--:', '--:', '--:', '--:', '--:', '--:'))
  for (const people of PEOPLE) {
    const events = people * perPerson
    const hour = (events * busiestHour) / 3_600
    const use = ({ bytes, perSecond }: Filled) =>
      `${size(events * bytes)}, ${((hour * burst) / perSecond).toFixed(2)} of the rate`
    const cells = [count(people), count(events), hour.toFixed(0), (hour * burst).toFixed(0)]
    console.log(row(...cells, use(engines.SQLite), use(engines.PostgreSQL)))
  }
  console.log(
    '\nOf the rate: what the busiest second takes of what was measured above, on one machine for everything.',
  )
}

type Filled = { perSecond: number; bytes: number }

async function fillSqlite(): Promise<Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const path = join(folder, 'rollcall.db')
  const onLost = (error: Error) => {
    throw error
  }
  const store = await openSqlite({ path, queueLimit: 10_000, onLost })
  const { events, seconds } = await fill(store)
  await store.close()
  const { size: bytes } = statSync(path)
  rmSync(folder, { recursive: true })
  return { perSecond: events / seconds, bytes: bytes / events }
}

async function fillPostgres(url: string): Promise<Filled> {
  const store = await openPostgres({ url, schema: 'sizing', queueLimit: 10_000 })
  const { events, seconds } = await fill(store)
  await store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c where relkind = 'r' and relnamespace = 'sizing'::regnamespace",
  )
  await client.end()
  return { perSecond: events / seconds, bytes: Number(rows[0]?.bytes) / events }
}

/** Whole meetings, one after another, under keys as the module sends them. */
async function fill(store: Store): Promise<{ events: number; seconds: number }> {
  const began = performance.now()
  let waiting: Report[] = []
  let events = 0
  const send = async () => {
    const receivedAt = Date.now()
    const requests = waiting.map((command, n) => ({
      command,
      receivedAt,
      key: `0199e1b2c3d4-1a2b3c4d-${String(events + n).padStart(10, '0')}`,
    }))
    const answers = await store.submitAll(requests)
    if (answers.some((answer) => answer !== 'success')) throw new Error('not every event was taken')
    events += waiting.length
    waiting = []
  }
  for (let n = 0; n < MEETINGS; n += 1) {
    for (const command of meeting(n)) {
      waiting.push(command)
      if (waiting.length === BATCH) await send()
    }
  }
  await send()
  return { events, seconds: (performance.now() - began) / 1_000 }
}

/** With texts as long as Jitsi's. */
function* meeting(n: number): Generator<Report> {
  const roomJid = `weeklyplanning${n}@conference.meet.example.com`
  const session = crypto.randomUUID()
  const begun = Date.now() - 3_600_000
  const room = { session, jid: roomJid }
  yield {
    type: 'create-room',
    ...room,
    name: `weeklyplanning${n}`,
    kind: 'conference',
    parentJid: null,
    at: begun,
  }
  const people = Array.from(
    { length: DAY.peopleInMeeting },
    () => `${crypto.randomUUID()}@meet.example.com/Ab1cD2eF`,
  )
  for (const [index, jid] of people.entries()) {
    const who = { jid, roomJid, at: begun + index }
    yield {
      ...who,
      type: 'join',
      nick: `Person ${index}`,
      role: index === 0 ? 'moderator' : 'participant',
      email: `person${index}@example.com`,
      avatar: null,
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      ip: '2001:db8::1234:5678',
      userId: null,
    }
    yield { ...who, type: 'update', nick: `Person ${index} B.`, role: null, email: null, at: begun + 1_000 }
  }
  for (const jid of people) yield { type: 'leave', jid, roomJid, reason: 'left', at: begun + 3_000_000 }
  yield { type: 'end-room', ...room, reason: null, at: begun + 3_000_000 }
}

function count(number: number): string {
  return new Intl.NumberFormat('en').format(Math.round(number))
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
