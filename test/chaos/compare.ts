// Holds the ledger against the clients' own record, stay by stay, and says what differs.
import { align } from './align.ts'
import type { FoldedStay, Ledger } from './fold.ts'
import { endOf, mayBeInferred, type Stay, type Truth } from './truth.ts'

/** In ms; a reported time may be this far from when it was asked for and seen. */
const TOLERANCE = 1_000

export type Verdict = {
  /** Stays that certainly were. */
  expected: number
  found: number
  missing: number
  /** In the ledger, and never were; live in the ledger, and not in truth. */
  extra: number
  ghosts: number
  /** How far a reported time is outside what the client saw, at most, in ms. */
  error: number
  /** How much later than the truth an inferred end is, at most, in ms; above 0 it is wrong. Null: there is none. */
  lateness: number | null
  /** How much earlier, each. */
  earliness: number[]
  /** How often the ledger took an inferred end back. */
  corrected: number
  problems: string[]
}

/** `clock`: how far Prosody's clock is ahead, in ms. */
export function compare(truth: Truth, ledger: Ledger, clock: number): Verdict {
  const verdict: Verdict = {
    expected: 0,
    found: 0,
    missing: 0,
    extra: 0,
    ghosts: 0,
    error: 0,
    lateness: null,
    earliness: [],
    corrected: ledger.events.filter(({ type }) => type.endsWith('.corrected')).length,
    problems: [...ledger.problems],
  }
  const wrote = ledger.stays.map((stay) => shifted(stay, clock))
  const key = ({ room, jid }: { room: string; jid: string }) => `${room} ${jid}`
  const did = Map.groupBy(truth.stays, key)
  const written = Map.groupBy(wrote, key)
  for (const whose of new Set([...did.keys(), ...written.keys()])) {
    for (const pair of align(did.get(whose) ?? [], written.get(whose) ?? [])) judge(verdict, pair)
  }
  const live = new Set(truth.stays.filter(({ end, seen }) => !end && seen !== null).map(({ room }) => room))
  for (const room of ledger.rooms.filter(({ endedAt }) => endedAt === null)) {
    if (live.has(room.jid)) continue
    verdict.ghosts += 1
    verdict.problems.push(`ghost: the room ${room.jid} (${room.session}) is live and nobody is in it`)
  }
  return verdict
}

function judge(verdict: Verdict, { did, wrote }: { did?: Stay; wrote?: FoldedStay }): void {
  const complain = (kind: string, what: string) =>
    verdict.problems.push(`${kind}: ${what}\n    did ${show(did)}\n    wrote ${show(wrote)}`)
  if (did && did.seen !== null) verdict.expected += 1
  if (wrote && wrote.leftAt === null && (!did || did.end)) {
    verdict.ghosts += 1
    complain('ghost', 'live in the ledger, and it is not')
  }
  if (!did) {
    verdict.extra += 1
    complain('extra', 'this never was')
    return
  }
  if (!wrote) {
    if (did.seen === null) return
    verdict.missing += 1
    complain('missing', 'this was confirmed')
    return
  }
  if (did.seen !== null) verdict.found += 1
  judgeMeeting(did, wrote, complain)
  judgeTimes(verdict, did, wrote, complain)
  if (did.end) return
  if (wrote.nick !== did.nick) complain('nick', `it is ${did.nick}`)
  if (wrote.role !== did.role) complain('role', `it is ${did.role}`)
}

type Complain = (kind: string, what: string) => void

/** The session is what the room itself says, or made from it where the server had to be told anew. */
function judgeMeeting(did: Stay, wrote: FoldedStay, complain: Complain): void {
  const { meeting } = did
  if (meeting === null || wrote.session === meeting || wrote.session.startsWith(`${meeting}.`)) return
  complain('meeting', 'written to another meeting')
}

function judgeTimes(verdict: Verdict, did: Stay, wrote: FoldedStay, complain: Complain): void {
  const check = (what: string, at: number, asked: number, seen: number) => {
    const error = Math.max(asked - at, at - seen, 0)
    verdict.error = Math.max(verdict.error, error)
    if (error > TOLERANCE) complain('time', `${what} is ${error} ms off`)
  }
  const end = endOf(did)
  check('the join', wrote.joinedAt, did.asked, did.seen ?? end?.seen ?? Infinity)
  if (wrote.leftAt === null) return
  if (!end) {
    complain('ended', 'over in the ledger, and it goes on')
  } else if (!wrote.inferred) {
    check('the end', wrote.leftAt, end.asked, end.seen)
  } else if (mayBeInferred(did)) {
    const lateness = wrote.leftAt - did.life.seen
    verdict.lateness = Math.max(verdict.lateness ?? -Infinity, lateness)
    verdict.earliness.push(Math.max(0, Math.min(did.end?.asked ?? Infinity, did.life.asked) - wrote.leftAt))
    if (lateness > 0) complain('late', `the inferred end is ${lateness} ms after the truth`)
  } else {
    complain('inferred', 'Prosody lived on, so the end was to be reported')
  }
}

function shifted(stay: FoldedStay, clock: number): FoldedStay {
  const leftAt = stay.leftAt === null ? null : stay.leftAt - clock
  return { ...stay, joinedAt: stay.joinedAt - clock, leftAt }
}

function show(stay: Stay | FoldedStay | undefined): string {
  if (!stay) return 'nothing'
  const times = (_: string, value: unknown) =>
    Number.isFinite(value) && (value as number) > 1e12 ? new Date(value as number).toISOString() : value
  return JSON.stringify('life' in stay ? { ...stay, life: stay.life.how } : stay, times)
}
