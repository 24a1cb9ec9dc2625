// Who was in a meeting: a row for each person, with all their stays in it and in its breakout rooms. Who is one person, and
// what of a stay counts, are the rules of attendance. Nothing here knows the page or the network.
import type { Room, Stay as ListedStay } from '../../../src/client/types.ts'
import {
  attendanceOf,
  compare,
  keyOf,
  spanOf,
  type AttendedStay,
  type Rules,
} from '../../../src/ledger/attendance.ts'
import { fold, sortName } from '../../../src/ledger/fold.ts'
import { mergeIntervals, type Interval } from '../../../src/ledger/intervals.ts'
import { besides } from './lanes.ts'

export type Change = { at: number; nick?: string; role?: string; email?: string }

/** `from`, `to`: the part of it that lies in the meeting, epoch ms. */
export type Stay = Interval & {
  id: number
  jid: string
  nick: string
  /** Every nick in this stay. */
  names: string[]
  /** It goes on. */
  open: boolean
  /** The name of the breakout room; null in the meeting itself. */
  breakout: string | null
  reason: string | null
  inferred: boolean
  /** Browser and system, as far as they are known. */
  client: string
  /** Names and roles said after joining. */
  changes: Change[]
  moderated: Interval[]
  /** Where it lies among those of other devices at the same time: 0 is on top, of so many. */
  lane: number
  lanes: number
}

export type Person = {
  key: string
  name: string
  email: string | null
  verified: boolean
  moderator: boolean
  firstIn: number
  /** Null: still there. */
  lastOut: number | null
  totalMs: number
  /** In order of joining. */
  stays: Stay[]
  /** Their time there, each instant once. */
  there: Interval[]
  /** Every name and email, folded for finding. */
  search: string
}

export type Crowd = { people: Person[]; services: number }

export const SORTS = ['first', 'name', 'time'] as const
export type Sort = (typeof SORTS)[number]

const ORDER = {
  first: (one, other) => one.firstIn - other.firstIn,
  name: (one, other) => compare(sortName(one.name), sortName(other.name)),
  time: (one, other) => other.totalMs - one.totalMs,
} satisfies Record<Sort, (one: Person, other: Person) => number>

/** All that was there, and guests as the report on attendance has them. */
const RULES = {
  from: null,
  to: null,
  gapMs: 0,
  threshold: 0,
  guests: 'merge',
  exclude: [],
} satisfies Partial<Rules>

/** `stays`: of the meeting and of its breakout rooms. `until`: what goes on is there up to this instant, epoch ms. */
export function crowdIn(room: Room, stays: ListedStay[], until: number): Crowd {
  const meeting = {
    ...room,
    createdAt: Date.parse(room.createdAt),
    endedAt: room.endedAt === null ? null : Date.parse(room.endedAt),
  }
  // A breakout room may outlive its meeting; who is still there is not still in the meeting.
  const now = Math.max(until, (meeting.endedAt ?? -1) + 1)
  const rules: Rules = { ...RULES, now }
  const attended = stays.map((stay) => attendedOf(stay, room))
  const { people, services } = attendanceOf(meeting, attended, rules)
  const groups = new Map([...people.keys()].map((key) => [key, [] as Stay[]]))
  for (const one of attended) {
    const span = spanOf(one, meeting, rules)
    if (span && !one.listed.service) groups.get(keyOf(one, rules))?.push(drawn(one.listed, span))
  }
  return {
    services: services.size,
    people: [...people].map(([key, { name, email, identity, role, firstIn, lastOut, totalMs }]) => {
      const stays = (groups.get(key) ?? []).toSorted(
        (one, other) => one.from - other.from || one.id - other.id,
      )
      return {
        key,
        name,
        email,
        verified: identity.userId !== null,
        moderator: role === 'moderator',
        firstIn,
        lastOut,
        totalMs,
        stays: besides(stays),
        there: mergeIntervals(stays),
        search: fold([...new Set(stays.flatMap(({ names }) => names)), email ?? ''].join('\n')),
      }
    }),
  }
}

/** Those who fit what is looked for, in order. */
export function shownPeople(people: Person[], sort: Sort, looked: string): Person[] {
  const wanted = fold(looked.trim())
  const found = wanted === '' ? people : people.filter(({ search }) => search.includes(wanted))
  return found.toSorted(
    (one, other) => ORDER[sort](one, other) || one.firstIn - other.firstIn || arrival(one) - arrival(other),
  )
}

/** Of two who came at the same instant, whose coming was told first. */
function arrival({ stays }: Person): number {
  return stays[0]?.id ?? 0
}

/** Whether somebody was there at this instant. Who left in the millisecond of coming was there in it. */
export function isThere({ there, lastOut }: Pick<Person, 'there' | 'lastOut'>, at: number): boolean {
  const last = there.at(-1)
  if (lastOut === null && last && at >= last.from) return true
  return there.some(({ from, to }) => from <= at && (at < to || at === from))
}

type Attended = AttendedStay & { listed: ListedStay }

function attendedOf(listed: ListedStay, { session }: Room): Attended {
  const { jid, nick, email, userId, joinedAt, leftAt, inferred, history } = listed
  return {
    jid,
    nick,
    email,
    userId,
    inferred,
    listed,
    role: history.some(({ role }) => role === 'moderator') ? 'moderator' : 'participant',
    joinedAt: Date.parse(joinedAt),
    leftAt: leftAt === null ? null : Date.parse(leftAt),
    breakout: listed.session !== session,
  }
}

function drawn(
  listed: ListedStay,
  { from, to, open, stay }: Interval & { open: boolean; stay: Attended },
): Stay {
  const { id, jid, nick, leaveReason: reason, client, roomName } = listed
  const history = listed.history.map((said): Change => ({ ...said, at: Date.parse(said.at) }))
  return {
    id,
    jid,
    nick,
    names: [nick, ...history.flatMap((said) => said.nick ?? [])],
    reason,
    from,
    to,
    open,
    breakout: stay.breakout ? roomName : null,
    inferred: stay.inferred && stay.leftAt === to,
    client: [client.browser, client.system].filter((part) => part !== null).join(' · '),
    changes: history.slice(1).filter(({ at, nick, role }) => at <= to && (nick ?? role) !== undefined),
    moderated: moderatedIn(history, { from, to }),
    lane: 0,
    lanes: 1,
  }
}

function moderatedIn(history: Change[], { from, to }: Interval): Interval[] {
  const roles = history.filter(({ role }) => role !== undefined)
  return roles.flatMap(({ at, role }, index) => {
    const span = { from: Math.max(at, from), to: Math.min(roles[index + 1]?.at ?? to, to) }
    return role === 'moderator' && span.from <= span.to ? [span] : []
  })
}
