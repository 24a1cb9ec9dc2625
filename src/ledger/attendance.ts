// Who attended one meeting, and for how long: the rules of docs/attendance.md, where each has an example that is a test.
import type { Role } from './command.ts'
import { foldName } from './fold.ts'
import { personOf, type Identity } from './identity.ts'
import { clip, mergeIntervals, peakOf, totalOf, type Interval } from './intervals.ts'
import { bareOf } from './jid.ts'
import { isMeeting, isService } from './service.ts'

/** All times are epoch ms. `inferred`: its end was concluded, not reported. */
export type Meeting = {
  session: string
  jid: string
  name: string
  createdAt: number
  endedAt: number | null
  inferred: boolean
}

/** A stay in the meeting, or in one of its breakout rooms. `role`: moderator if it was one at any time. */
export type AttendedStay = Identity & {
  role: Role
  joinedAt: number
  leftAt: number | null
  inferred: boolean
  breakout: boolean
}

export type Rules = {
  /** Only what lies in [from, to) counts; null: no such bound. */
  from: number | null
  to: number | null
  /** What has not ended is counted up to here. */
  now: number
  /** Stays with at most so much between them count as one, gap included, ms. */
  gapMs: number
  /** Who was there for at least so much of the meeting was present, percent. */
  threshold: number
  /** `merge`: self-typed guests without email are one person where they have one name. */
  guests: 'merge' | 'separate'
  /** Names and emails that are left out. */
  exclude: string[]
}

/** `lastOut` is null for who is still there. `devices`: most at once. `rejoins`: how often they came back. */
export type Presence = {
  firstIn: number
  lastOut: number | null
  totalMs: number
  breakoutMs: number
  rejoins: number
  devices: number
  inferred: boolean
}

/** What is known of a person: name and email as last said. `keys`: what personOf() calls them, of each identity. */
export type Who = { identity: Identity; name: string; email: string | null; role: Role; keys: Set<string> }

/** `window`: from the first person's joining to the last one's leaving; null if nobody was there. */
export type Attendance = {
  meeting: Meeting
  window: Interval | null
  finished: boolean
  people: Map<string, Who & Presence>
  /** Bare JIDs of services, and keys of people, that are left out. */
  services: Set<string>
  excluded: Set<string>
}

/** The part of a stay that counts. `open`: it has not ended. */
type Span<T = AttendedStay> = Interval & { stay: T; open: boolean }
type Lasting = Pick<AttendedStay, 'joinedAt' | 'leftAt' | 'breakout'>

/** `stays`: every stay of the meeting and of its breakout rooms, in any order. */
export function attendanceOf(meeting: Meeting, stays: AttendedStay[], rules: Rules): Attendance {
  const services = new Set<string>()
  const groups = new Map<string, Span[]>()
  for (const stay of isMeeting(meeting.jid) ? stays : []) {
    const span = spanOf(stay, meeting, rules)
    if (!span) continue
    if (isService(stay.jid)) services.add(bareOf(stay.jid))
    else add(groups, keyOf(stay, rules), span)
  }
  const excluded = namedIn(rules.exclude, groups)
  for (const key of excluded) groups.delete(key)
  return {
    meeting,
    window: hullOf([...groups.values()].flat()),
    finished: meeting.endedAt !== null || (rules.to !== null && rules.to <= rules.now),
    people: new Map(
      [...groups].map(([key, group]) => [key, { ...whoOf(group), ...presenceOf(group, rules) }]),
    ),
    services,
    excluded,
  }
}

/** Null where nothing of the stay counts. */
export function spanOf<T extends Lasting>(
  stay: T,
  meeting: Pick<Meeting, 'createdAt' | 'endedAt'>,
  { from, to, now }: Pick<Rules, 'from' | 'to' | 'now'>,
): Span<T> | null {
  const whole = { from: stay.joinedAt, to: Math.max(stay.joinedAt, stay.leftAt ?? now) }
  // A breakout room that outlives its meeting belongs to no other.
  const life = { from: meeting.createdAt, to: meeting.endedAt ?? Infinity }
  const lived = stay.breakout ? clip(whole, life) : whole
  const span = lived && clip(lived, { from: from ?? -Infinity, to: to ?? Infinity })
  if (!span) return null
  return { from: span.from, to: span.to, stay, open: stay.leftAt === null && span.to === whole.to }
}

/** One row of the report: a person, or with `merge` all guests of one name. */
export function keyOf(stay: Identity, { guests }: Pick<Rules, 'guests'>): string {
  const known = stay.userId !== null || stay.email !== null
  return guests === 'separate' || known ? personOf(stay) : `name:${foldName(stay.nick)}`
}

function namedIn(list: string[], groups: Map<string, Span[]>): Set<string> {
  const names = new Set(list.map(foldName))
  if (names.size === 0) return names
  const isNamed = ({ stay: { nick, email } }: Span) =>
    names.has(foldName(nick)) || (email !== null && names.has(foldName(email)))
  return new Set([...groups].filter(([, group]) => group.some(isNamed)).map(([key]) => key))
}

function whoOf(group: Span[]): Who {
  const stays = group.map(({ stay }) => stay).toSorted(byJoining)
  const last = stays.at(-1) as AttendedStay
  return {
    identity: { userId: last.userId, email: last.email, jid: last.jid, nick: last.nick },
    name: last.nick,
    email: stays.findLast(({ email }) => email !== null)?.email ?? null,
    role: stays.some(({ role }) => role === 'moderator') ? 'moderator' : 'participant',
    keys: new Set(stays.map(personOf)),
  }
}

/** Whatever order they come in, the same is last. */
function byJoining(one: AttendedStay, other: AttendedStay): number {
  return one.joinedAt - other.joinedAt || compare(one.nick, other.nick) || compare(one.jid, other.jid)
}

export function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}

function presenceOf(group: Span[], { gapMs }: Rules): Presence {
  const merged = mergeIntervals(group, gapMs)
  const breakouts = group.filter(({ stay }) => stay.breakout)
  const { from, to } = hullOf(group) as Interval
  return {
    firstIn: from,
    lastOut: group.some(({ open }) => open) ? null : to,
    totalMs: totalOf(merged),
    breakoutMs: totalOf(mergeIntervals(breakouts, gapMs)),
    rejoins: merged.length - 1,
    // Most people come once, with one device.
    devices: group.length === 1 ? 1 : devicesOf(group),
    inferred: group.some(({ stay, to }) => stay.inferred && stay.leftAt === to),
  }
}

/** A device that is in the meeting and in a breakout room at once is one device. */
function devicesOf(group: Span[]): number {
  const devices = [...Map.groupBy(group, ({ stay }) => stay.jid).values()]
  return Math.max(1, peakOf(devices.flatMap((spans) => mergeIntervals(spans))))
}

function hullOf(spans: Interval[]): Interval | null {
  if (spans.length === 0) return null
  // Not Math.min(...spans): a meeting can have more of them than a call takes arguments.
  return spans.reduce((hull, { from, to }) => ({
    from: Math.min(hull.from, from),
    to: Math.max(hull.to, to),
  }))
}

/** Adds to the list under this key. */
export function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
