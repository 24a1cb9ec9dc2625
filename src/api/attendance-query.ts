// What can be asked of a report on attendance: one set of rules for the API and for the command line.
import Type, { type Static } from 'typebox'
import { COLUMN_NAMES, type ColumnName, type TableOptions } from '../export/columns.ts'
import { createZone, type Zone } from '../export/zone.ts'
import { checker } from '../ingest/check.ts'
import { parseInstant, RoomJid } from '../ingest/fields.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import type { Rules } from '../ledger/attendance.ts'

export const FORMATS = ['json', 'csv', 'xlsx'] as const
export type Format = (typeof FORMATS)[number]

const GUESTS: Rules['guests'][] = ['merge', 'separate']
const instant = (description: string) =>
  Type.Optional(
    Type.String({
      description: `${description} Epoch milliseconds, RFC 3339, or a day or time in \`tz\`: \`2026-11-22T10:00\`.`,
    }),
  )

export const AttendanceQuery = Type.Object({
  format: Type.Optional(
    Type.Unsafe<Format>({ enum: FORMATS, description: 'Without it, what `Accept` prefers; else JSON.' }),
  ),
  from: instant('Only what was at or after counts.'),
  to: instant('Only what was before counts.'),
  tz: Type.String({
    maxBytes: 64,
    default: 'UTC',
    description: 'An IANA time zone, for the files and for `from` and `to`.',
  }),
  columns: Type.Optional(
    Type.String({
      maxBytes: 1_024,
      description: `Columns of the files, separated by commas; of ${COLUMN_NAMES.join(', ')}.`,
    }),
  ),
  threshold: Type.Number({
    minimum: 0,
    maximum: 100,
    default: 85,
    description: "Percent of the meeting's time, to count as present.",
  }),
  gap: Type.Integer({
    minimum: 0,
    maximum: 86_400,
    default: 0,
    description: 'Seconds: stays with at most so much between them count as one.',
  }),
  exclude: Type.Array(Type.String({ maxBytes: 1_023 }), {
    maxItems: 100,
    default: [],
    description: 'A name or email to leave out; repeated for each.',
  }),
  guests: Type.Unsafe<Rules['guests']>({
    enum: GUESTS,
    default: 'merge',
    description: 'Whether guests of one name are one person.',
  }),
  emails: Type.Boolean({ default: true, description: 'Whether emails are told.' }),
  notes: Type.Boolean({ default: true, description: 'Whether a CSV has lines below the table.' }),
})

export const CourseQuery = Type.Object({
  room: Type.String({ ...RoomJid, description: 'The JID of the room.' }),
  ...AttendanceQuery.properties,
})

export type AttendanceQuestion = {
  format: Format | undefined
  rules: Rules
  table: TableOptions
  notes: boolean
}

const checkMeeting = checker(AttendanceQuery, 'query')
const checkCourse = checker(CourseQuery, 'query')

/** About one meeting. Throws InvalidInput. */
export function meetingQuestion(query: unknown, now: number): AttendanceQuestion {
  return understand(checkMeeting(listed(query, Object.keys(AttendanceQuery.properties))), now)
}

/** About all meetings of a room. Throws InvalidInput. */
export function courseQuestion(query: unknown, now: number): AttendanceQuestion & { room: string } {
  const checked = checkCourse(listed(query, Object.keys(CourseQuery.properties)))
  return { ...understand(checked, now), room: checked.room }
}

/** What may be said several times is a list, also where it was said once. */
function listed(query: unknown, known: string[]): object {
  const { exclude, ...rest } = query as Record<string, unknown>
  if (Object.keys(rest).some((name) => !known.includes(name))) {
    throw new InvalidInput(`there is an unknown parameter; those known are ${known.join(', ')}`)
  }
  return { ...rest, ...(exclude !== undefined && { exclude: [exclude].flat() }) }
}

function understand(query: Static<typeof AttendanceQuery>, now: number): AttendanceQuestion {
  const { format, threshold, gap, exclude, guests, emails, notes } = query
  const zone = zoneOf(query.tz)
  const from = instantOf('from', query.from, zone)
  const to = instantOf('to', query.to, zone)
  if (from !== null && to !== null && from >= to) throw new InvalidInput('to must be later than from')
  return {
    format,
    rules: { from, to, now, gapMs: gap * 1_000, threshold, guests, exclude },
    table: { zone, threshold, emails, columns: columnsOf(query.columns, emails) },
    notes,
  }
}

function zoneOf(name: string): Zone {
  try {
    return createZone(name)
  } catch {
    throw new InvalidInput('tz must be an IANA time zone, such as Europe/Berlin')
  }
}

/** A day, or a day and a time: what a clock shows. */
const CLOCK = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/

function instantOf(name: string, said: string | undefined, zone: Zone): number | null {
  if (said === undefined || said === '') return null
  if (/^\d{1,16}$/.test(said)) return checked(name, Number(said))
  const [, day, time = '00:00'] = CLOCK.exec(said) ?? []
  if (day === undefined) return checked(name, parseInstant(said))
  const shown = parseInstant(`${day}T${time.padEnd(8, ':00')}Z`)
  return checked(name, shown === null ? null : zone.instant(shown))
}

/** The last instant that a Date can hold. */
const LAST = 8.64e15

function checked(name: string, instant: number | null): number {
  if (instant !== null && instant <= LAST) return instant
  throw new InvalidInput(
    `${name} must be epoch milliseconds, an RFC 3339 time, or a day or time in tz, such as 2026-11-22T10:00`,
  )
}

function columnsOf(said: string | undefined, emails: boolean): ColumnName[] | null {
  if (said === undefined || said === '') return null
  const names = said.split(',').map((name) => COLUMN_NAMES.find((known) => known === name.trim()))
  const known = names.filter((name) => name !== undefined)
  if (known.length < names.length || new Set(known).size < known.length) {
    throw new InvalidInput(`columns must be some of ${COLUMN_NAMES.join(', ')}, each once`)
  }
  if (!emails && known.every((name) => name === 'email')) {
    throw new InvalidInput('columns must hold another than email where emails are left out')
  }
  return known
}
