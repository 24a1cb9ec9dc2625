// The report over one meeting, or over all meetings of a course: a row for each person.
import {
  add,
  compare,
  type Attendance,
  type Meeting,
  type Presence,
  type Rules,
  type Who,
} from './attendance.ts'
import { sortName } from './fold.ts'
import { isMeeting } from './service.ts'

/** `from` and `to`: the meeting's time, null if nobody was there. `finished`: it will not change any more. */
export type MeetingTime = Meeting & {
  from: number | null
  to: number | null
  durationMs: number
  finished: boolean
}

/** `share`: of the meeting's time, 0 to 1. `present`: whether that reaches the threshold. */
export type Attended = Presence & { session: string; share: number; present: boolean }

/**
 * `mergedByName`: stands for several guests of one name. `attended`: in how many meetings present. `meetings`: those that
 * they came to at all. `share` and `present` are about the time of all meetings of the report.
 */
export type Attendee = Who &
  Presence & {
    verified: boolean
    share: number
    present: boolean
    mergedByName: boolean
    attended: number
    meetings: Attended[]
  }

export type Report = {
  meetings: MeetingTime[]
  /** Of all meetings together. */
  durationMs: number
  finished: boolean
  /** By name. */
  people: Attendee[]
  leftOut: { services: number; excluded: number; healthChecks: number }
}

/** `attendances`: in the order in which the report shall show them. */
export function reportOf(attendances: Attendance[], rules: Rules): Report {
  const meetings = attendances.map(timeOf)
  const durationMs = meetings.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const rows = new Map<string, (Who & Attended)[]>()
  for (const [index, { people }] of attendances.entries()) {
    const { session, durationMs } = meetings[index] as MeetingTime
    for (const [key, person] of people) {
      const row = { ...person, session, ...measured(person.totalMs, durationMs, rules) }
      add(rows, key, row)
    }
  }
  return {
    meetings,
    durationMs,
    finished: meetings.every(({ finished }) => finished),
    people: sortedByName([...rows.values()].map((row) => attendeeOf(row, durationMs, rules))),
    leftOut: {
      services: union(attendances.map(({ services }) => services)).size,
      excluded: union(attendances.map(({ excluded }) => excluded)).size,
      healthChecks: meetings.filter(({ jid }) => !isMeeting(jid)).length,
    },
  }
}

function timeOf({ meeting, window, finished }: Attendance): MeetingTime {
  const { from, to } = window ?? { from: null, to: null }
  return { ...meeting, from, to, durationMs: window ? window.to - window.from : 0, finished }
}

/** In whole numbers, so that 85 % of a meeting is 85 %. Whoever was in a meeting of no length was in all of it. */
function measured(
  totalMs: number,
  durationMs: number,
  { threshold }: Rules,
): Pick<Attended, 'share' | 'present'> {
  return {
    share: durationMs === 0 ? 1 : totalMs / durationMs,
    present: totalMs * 100 >= threshold * durationMs,
  }
}

function attendeeOf(rows: (Who & Attended)[], durationMs: number, rules: Rules): Attendee {
  const last = rows.reduce((latest, row) => (row.firstIn >= latest.firstIn ? row : latest))
  const ends = rows.map(({ lastOut }) => lastOut)
  const keys = union(rows.map(({ keys }) => keys))
  const sum = (of: (row: Attended) => number) => rows.reduce((total, row) => total + of(row), 0)
  const totalMs = sum((row) => row.totalMs)
  return {
    identity: last.identity,
    name: last.name,
    email: rows.findLast(({ email }) => email !== null)?.email ?? null,
    verified: last.identity.userId !== null,
    role: rows.some(({ role }) => role === 'moderator') ? 'moderator' : 'participant',
    keys,
    firstIn: rows.reduce((first, row) => Math.min(first, row.firstIn), Infinity),
    lastOut: ends.includes(null) ? null : ends.reduce<number>((end, to) => Math.max(end, to ?? 0), 0),
    totalMs,
    breakoutMs: sum((row) => row.breakoutMs),
    rejoins: sum((row) => row.rejoins),
    devices: rows.reduce((most, row) => Math.max(most, row.devices), 0),
    inferred: rows.some(({ inferred }) => inferred),
    ...measured(totalMs, durationMs, rules),
    mergedByName: keys.size > 1,
    attended: rows.filter(({ present }) => present).length,
    meetings: rows.map(attendedOf),
  }
}

function attendedOf(row: Who & Attended): Attended {
  const { session, firstIn, lastOut, totalMs, breakoutMs, rejoins, devices, inferred, share, present } = row
  return { session, firstIn, lastOut, totalMs, breakoutMs, rejoins, devices, inferred, share, present }
}

function sortedByName(people: Attendee[]): Attendee[] {
  return people
    .map((person) => ({ person, name: sortName(person.name) }))
    .toSorted(
      (one, other) =>
        compare(one.name, other.name) ||
        one.person.firstIn - other.person.firstIn ||
        compare([...one.person.keys].join(), [...other.person.keys].join()),
    )
    .map(({ person }) => person)
}

function union<T>(sets: Set<T>[]): Set<T> {
  const all = new Set<T>()
  for (const set of sets) for (const one of set) all.add(one)
  return all
}
