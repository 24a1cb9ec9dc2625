// npm run bench -- stats: figures of 30 days out of a ledger on SQLite, against a bare scan of the same rows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bucketStarts, stretchesOf } from '../src/ledger/buckets.ts'
import type { LedgerEvent } from '../src/ledger/event.ts'
import { openForReading, openForWriting, type Db } from '../src/store/sqlite/open.ts'
import { createQueries } from '../src/store/sqlite/queries.ts'
import { createTables } from '../src/store/sqlite/tables.ts'
import { Random } from '../test/support/random.ts'
import { median, row } from './table.ts'

const STAYS = 10
const PEOPLE = 50_000
const DAY = 86_400_000
const ASKED = 30 * DAY
const END = Date.parse('2026-11-22T00:00:00Z')
const TZ = 'Europe/Berlin'

/** The least that any answer costs: every index entry of the range is looked at, and nothing leaves SQLite. */
const SCAN = `select count(*), sum(length(o.person)) from rooms r cross join occupants o on o.room = r.id
  where r.created_at < :to and (r.ended_at is null or r.ended_at >= :from)
    and o.joined_at < :to and (o.left_at is null or o.left_at >= :from)`

/** What to add to the calls of another bench: the name and the path below /api/v1 of each. `now`: epoch ms. */
export function statsCalls(now: number): Record<string, string> {
  const month = `/stats?from=${now - ASKED}&tz=${TZ}`
  return {
    'stats of a day, by the hour': '/stats',
    'stats of 30 days, by the hour': month,
    'stats of 30 days, by the day': `${month}&bucket=day`,
    'stats of 30 days of a kind': `${month}&kind=breakout`,
  }
}

/** `rooms` have ten stays each. */
export async function benchStats({ rooms, times }: { rooms: number; times: number }): Promise<void> {
  console.log(
    `\nFigures of 30 days by the hour, medians of ${times}; ${rooms} rooms with ${STAYS} stays each\n`,
  )
  console.log(row('', 'stays in it', 'a bare scan, ms', 'stats, ms', 'ratio'))
  console.log(row('---', '--:', '--:', '--:', '--:'))
  for (const [name, days] of [
    ['spread over a year', 365],
    ['all of them within the 30 days', 30],
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
    const path = join(folder, 'rollcall.db')
    const { db, close } = openForWriting(path)
    fill(db, rooms, days)
    close()
    const { stays, scan, stats } = measure(path, times)
    rmSync(folder, { recursive: true })
    console.log(row(name, `${stays}`, scan.toFixed(0), stats.toFixed(0), (stats / scan).toFixed(1)))
  }
}

function measure(path: string, times: number): { stays: number; scan: number; stats: number } {
  const db = openForReading(path)
  const figures = createQueries(db)
  const range = { from: END - ASKED, to: END }
  const scan = db.prepare<[typeof range], [number, number]>(SCAN).raw()
  const took: { scan: number[]; stats: number[] } = { scan: [], stats: [] }
  // In turns, so that a slow moment meets both; the first turn brings the pages into memory.
  for (let turn = -1; turn < times; turn += 1) {
    const began = performance.now()
    scan.get(range)
    const between = performance.now()
    const clock = stretchesOf(TZ, range.from, range.to)
    const starts = bucketStarts('hour', clock, range.to)
    figures.stats({ ...range, now: END, clock, starts, host: null, kind: null })
    if (turn < 0) continue
    took.scan.push(between - began)
    took.stats.push(performance.now() - between)
  }
  const [stays = 0] = scan.get(range) ?? []
  db.close()
  return { stays, scan: median(took.scan), stats: median(took.stats) }
}

/** Through the code that keeps the tables of the server. */
function fill(db: Db, rooms: number, days: number): void {
  db.pragma('synchronous = OFF')
  const tables = createTables(db)
  const random = new Random(1)
  let seq = 0
  const apply = (event: LedgerEvent) => {
    seq += 1
    tables.apply({ ...event, seq, receivedAt: event.at })
    return seq
  }
  db.transaction(() => {
    for (let n = 0; n < rooms; n += 1) {
      meeting(n, Math.floor(END - days * DAY * (1 - n / rooms)), random, apply)
    }
  })()
}

function meeting(n: number, at: number, random: Random, apply: (event: LedgerEvent) => number): void {
  const kind = n % 10 === 0 ? 'breakout' : 'conference'
  const jid = `room${n}@conference.example.com`
  const length = Math.floor(random.between(5, 95) * 60_000)
  const inferred = false
  const named = { session: `bench-${n}`, jid, name: `room${n}`, parentJid: null }
  const room = apply({ type: 'room.created', at, inferred, kind, ...named })
  for (let index = 0; index < STAYS; index += 1) {
    // Some are seen far more often than others.
    const who = Math.floor(random.next() * random.next() * PEOPLE)
    const known = { nick: `Person ${who}`, role: 'participant' as const, userId: `u${who}` }
    const unknown = { email: null, avatar: null, userAgent: null, ip: null }
    const address = `u${who}@example.com/${index}`
    const joined = at + Math.floor(random.between(0, 0.3) * length)
    const occupant = { room, jid: address, inferred }
    const stay = apply({ type: 'occupant.joined', at: joined, ...occupant, ...known, ...unknown })
    const left = joined + Math.floor(random.next() * (at + length - joined))
    apply({ type: 'occupant.left', at: left, ...occupant, stay, reason: 'left' })
  }
  apply({ type: 'room.ended', at: at + length, inferred, room, reason: null })
}
