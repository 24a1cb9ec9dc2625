// A report as a table: its columns, by the names under which they can be chosen, and its notes.
import type { Attendee, MeetingTime, Report } from '../ledger/report.ts'
import { decoded } from './file-name.ts'
import { durationText, type Cell, type Column, type Kind, type Table } from './table.ts'
import { clockText, type Zone } from './zone.ts'

export type TableOptions = {
  zone: Zone
  /** Percent. */
  threshold: number
  emails: boolean
  /** Names of columns, in order; null: those that suit the report. */
  columns: ColumnName[] | null
}

type Field = {
  kind: Kind
  width: number
  title: (options: TableOptions) => string
  cell: (person: Attendee, zone: Zone) => Cell
}

const FIELDS = {
  name: field('text', 28, 'Name', ({ name }) => name),
  email: field('text', 30, 'Email', ({ email }) => email),
  userId: field('text', 20, 'User', ({ identity }) => identity.userId),
  verified: field('answer', 9, 'Verified', ({ verified }) => verified),
  role: field('text', 12, 'Role', ({ role }) => role),
  firstIn: zoned('First in', ({ firstIn }) => firstIn),
  lastOut: zoned('Last out', ({ lastOut }) => lastOut),
  total: field('duration', 10, 'Total', ({ totalMs }) => totalMs),
  share: field('share', 8, 'Share', ({ share }) => share),
  present: {
    ...field('answer', 16, '', ({ present }) => present),
    title: ({ threshold }) => `Present (${threshold}%)`,
  },
  rejoins: field('number', 9, 'Rejoins', ({ rejoins }) => rejoins),
  devices: field('number', 9, 'Devices', ({ devices }) => devices),
  breakout: field('duration', 10, 'Breakout', ({ breakoutMs }) => breakoutMs),
  inferred: field('answer', 14, 'End inferred', ({ inferred }) => inferred),
  merged: field('answer', 15, 'Merged by name', ({ mergedByName }) => mergedByName),
  attended: field('number', 18, 'Meetings present', ({ attended }) => attended),
} satisfies Record<string, Field>

/** `meetings` becomes a column for each meeting, with the time that the person was in it. */
export const COLUMN_NAMES = [...(Object.keys(FIELDS) as (keyof typeof FIELDS)[]), 'meetings'] as const
export type ColumnName = (typeof COLUMN_NAMES)[number]

/** What a report on one meeting leaves out, if nobody asks for it: there it would say the same twice. */
const OF_COURSES = new Set<ColumnName>(['attended', 'meetings'])

export function tableOf(report: Report, options: TableOptions): Table {
  const { zone, emails } = options
  const course = report.meetings.length > 1
  const usual = COLUMN_NAMES.filter((name) => course || !OF_COURSES.has(name))
  const names = (options.columns ?? usual).filter((name) => emails || name !== 'email')
  const columns = names.flatMap((name) =>
    name === 'meetings' ? report.meetings.map((meeting) => columnOf(meeting, zone)) : [shown(name, options)],
  )
  return { name: roomOf(report), columns, rows: rowsOf(report, names, zone), notes: notesOf(report, zone) }
}

/** What people call the room. */
export function roomOf({ meetings }: Report): string {
  return decoded(meetings.at(-1)?.name ?? '')
}

function* rowsOf({ people, meetings }: Report, names: ColumnName[], zone: Zone): Generator<Cell[]> {
  for (const person of people) {
    const times = new Map(person.meetings.map(({ session, totalMs }) => [session, totalMs]))
    yield names.flatMap((name): Cell[] =>
      name === 'meetings'
        ? meetings.map(({ session }) => times.get(session) ?? null)
        : [FIELDS[name].cell(person, zone)],
    )
  }
}

function shown(name: keyof typeof FIELDS, options: TableOptions): Column {
  const { kind, width, title }: Field = FIELDS[name]
  return { kind, width, title: title(options) }
}

function columnOf({ from, createdAt }: MeetingTime, zone: Zone): Column {
  return { kind: 'duration', width: 17, title: clockText(zone.clock(from ?? createdAt)).slice(0, 16) }
}

function notesOf(report: Report, zone: Zone): Table['notes'] {
  const { meetings, people, durationMs, finished, leftOut } = report
  const present = people.filter(({ present }) => present).length
  return [
    ['Room', roomOf(report)],
    ...meetings.map((meeting): [string, string] => ['Meeting', timesOf(meeting, zone)]),
    ['Time zone', zone.name],
    ['Duration', durationText(durationMs)],
    ['People', `${people.length}, ${present} of them present`],
    ['Left out', leftOutText(leftOut)],
    ...(finished ? [] : [['Not finished', 'who is still there is counted until now'] as [string, string]]),
  ]
}

function timesOf({ session, from, to, finished, inferred }: MeetingTime, zone: Zone): string {
  if (from === null || to === null) return `${session}: nobody was there`
  const end = finished ? '' : ', not finished'
  const doubt = inferred ? ', end inferred' : ''
  return `${clockText(zone.clock(from))} to ${clockText(zone.clock(to))} (${session})${end}${doubt}`
}

function leftOutText({ services, excluded, healthChecks }: Report['leftOut']): string {
  const checks = healthChecks > 0 ? [counted(healthChecks, 'health check')] : []
  return [counted(services, 'service'), `${excluded} excluded`, ...checks].join(', ')
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function field(kind: Kind, width: number, title: string, cell: (person: Attendee) => Cell): Field {
  return { kind, width, title: () => title, cell }
}

function zoned(title: string, instant: (person: Attendee) => number | null): Field {
  return {
    kind: 'time',
    width: 26,
    title: ({ zone }) => `${title} (${zone.name})`,
    cell: (person, zone) => {
      const at = instant(person)
      return at === null ? null : zone.clock(at)
    },
  }
}
