// A ledger as a year leaves it: 100,000 rooms with 10 stays each, of 50,000 people, some seen far more than others.
import { hash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProgress } from '../src/cli/progress.ts'
import type { LedgerEvent } from '../src/ledger/event.ts'
import { openForWriting, type Db } from '../src/store/sqlite/open.ts'
import { createTables } from '../src/store/sqlite/tables.ts'
import { Random } from '../test/support/random.ts'

const ROOMS = 100_000
/** The first of them is focus. */
const STAYS = 10
const PEOPLE = 50_000
/** Each is used some fifty times, as that of a recurring meeting is. */
const NAMES = 2_000
const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
/** Rooms that are live at the end. */
const LIVE = 300
/** Rooms in one transaction while it is filled. */
const SLICE = 1_000

const MUC = 'conference.meet.example.com'
const BREAKOUT = 'breakout.meet.example.com'
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
]

/** The path of that ledger. It is kept in the folder for temporary files, under a name that says how it was made. */
export function yearOfLedger(): string {
  const migrations = globSync(join(import.meta.dirname, '../src/store/sqlite/migrations/*.sql')).toSorted()
  const plan = [import.meta.filename, ...migrations].map((file) => readFileSync(file, 'utf8')).join('')
  const folder = join(tmpdir(), `rollcall-bench-year-${hash('sha256', plan).slice(0, 12)}`)
  const path = join(folder, 'rollcall.db')
  if (existsSync(path)) return path
  const unfinished = join(folder, 'unfinished.db')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const { db, close } = openForWriting(unfinished)
  fill(db)
  close()
  renameSync(unfinished, path)
  return path
}

/** By the code that keeps the tables of the server. */
function fill(db: Db): void {
  db.pragma('synchronous = OFF')
  const tables = createTables(db)
  const random = new Random(1)
  const pick = chooser(random)
  const begin = Date.now() - YEAR
  const progress = createProgress(process.stderr)
  progress.start('filling', ROOMS * STAYS)
  let seq = 0
  const apply = (event: LedgerEvent) => {
    seq += 1
    tables.apply({ ...event, seq, receivedAt: event.at })
    return seq
  }
  for (let first = 0; first < ROOMS; first += SLICE) {
    db.transaction(() => {
      for (let n = first; n < first + SLICE; n += 1)
        meeting(n, begin + (n / ROOMS) * YEAR, random, pick, apply)
    })()
    progress.advance(SLICE * STAYS)
  }
  progress.end()
}

function meeting(
  n: number,
  begun: number,
  random: Random,
  pick: () => number,
  apply: (event: LedgerEvent) => number,
): void {
  const breakout = random.chance(0.1)
  const name = `weekly planning ${random.below(NAMES)}`
  // Of one JID one room is live at a time.
  const again = n < ROOMS - LIVE && !breakout ? '' : `-${n}`
  const jid = `${name.replaceAll(' ', '')}${again}@${breakout ? BREAKOUT : MUC}`
  const at = Math.floor(begun)
  const kind = breakout ? ('breakout' as const) : ('conference' as const)
  const inferred = false
  const end = at + Math.floor(random.between(0.1, 2) * HOUR)
  const room = apply({
    type: 'room.created',
    at,
    inferred,
    session: `year-${n}`,
    jid,
    name,
    kind,
    parentJid: null,
  })
  const stays = Array.from({ length: STAYS }, (_, index) => {
    const who = index === 0 ? focus() : person(pick(), index)
    const joinedAt = at + Math.floor(random.between(0, 0.05) * HOUR)
    const userAgent = random.pick(AGENTS)
    const known = { avatar: null, userAgent, ip: '2001:db8::1234:5678' }
    const id = apply({ type: 'occupant.joined', at: joinedAt, inferred, room, ...known, ...who })
    if (index > 0 && random.chance(0.1)) {
      const changes = { role: 'moderator' as const }
      apply({
        type: 'occupant.updated',
        at: joinedAt + 1_000,
        inferred,
        room,
        stay: id,
        jid: who.jid,
        changes,
      })
    }
    return { id, jid: who.jid }
  })
  if (n >= ROOMS - LIVE) return
  for (const { id, jid: who } of stays) {
    const leftAt = end - Math.floor(random.between(0, 0.05) * HOUR)
    apply({ type: 'occupant.left', at: leftAt, inferred, room, stay: id, jid: who, reason: 'left' })
  }
  apply({ type: 'room.ended', at: end, inferred, room, reason: null })
}

function focus() {
  return {
    jid: `focus@auth.meet.example.com/focus`,
    nick: 'focus',
    role: 'moderator' as const,
    email: null,
    userId: null,
  }
}

/** One in five is verified, one in five says no email. */
function person(n: number, device: number) {
  return {
    jid: `user${n}@meet.example.com/${device}`,
    nick: `Person ${n}`,
    role: 'participant' as const,
    email: n % 5 === 1 ? null : `person${n}@example.com`,
    userId: n % 5 === 0 ? `u-${n}` : null,
  }
}

/** People by weights that are log-normal: half of the stays belong to a sixth of the people. */
function chooser(random: Random): () => number {
  let sum = 0
  const upTo = Array.from({ length: PEOPLE }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    return (sum += Math.exp(normal))
  })
  return () => {
    const wanted = random.between(0, sum)
    let low = 0
    for (let high = PEOPLE - 1; low < high;) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
