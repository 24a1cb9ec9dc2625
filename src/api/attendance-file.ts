// A report in the format that was asked for, with what it is called and of what type it is.
import type { Readable } from 'node:stream'
import { roomOf, tableOf } from '../export/columns.ts'
import { csv } from '../export/csv.ts'
import { fileName } from '../export/file-name.ts'
import { json } from '../export/json.ts'
import { xlsx } from '../export/xlsx.ts'
import { clockText } from '../export/zone.ts'
import type { Report } from '../ledger/report.ts'
import type { AttendanceQuestion, Format } from './attendance-query.ts'

export const TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} satisfies Record<Format, string>

export function write(report: Report, format: Format, { table, notes }: AttendanceQuestion): Readable {
  switch (format) {
    case 'json':
      return json(report, table)
    case 'csv':
      return csv(tableOf(report, table), { notes })
    case 'xlsx':
      return xlsx(tableOf(report, table))
  }
}

export function nameOf(report: Report, format: Format, { table: { zone } }: AttendanceQuestion): string {
  const { meetings } = report
  const days = [meetings.at(0), meetings.at(-1)].flatMap((meeting) =>
    meeting ? [clockText(zone.clock(meeting.from ?? meeting.createdAt)).slice(0, 10)] : [],
  )
  return fileName(roomOf(report), days, format)
}

/** The best of those that `Accept` names (RFC 9110, section 12.5.1); JSON for whoever takes anything, or nothing of these. */
export function accepted(accept: string | undefined): Format {
  const wishes = (accept ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    return { format: BY_TYPE[type], quality: quality === undefined ? 1 : Number(quality) }
  })
  const [best] = wishes
    .filter(({ format, quality }) => format !== undefined && quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
  return best?.format ?? 'json'
}

const BY_TYPE: Record<string, Format> = {
  'application/json': 'json',
  '*/*': 'json',
  'text/csv': 'csv',
  'text/*': 'csv',
  [TYPES.xlsx]: 'xlsx',
}
