// The report on attendance, as it is asked for: the address holds what is chosen, and the files are the same question.
import { computed, signal } from '@preact/signals'
import type { Attendance, Attendee } from '../../../src/client/types.ts'
import { compare } from '../../../src/ledger/attendance.ts'
import { get, Refused } from '../api.ts'
import { param } from '../router.ts'
import { instant } from '../shell/clock.tsx'
import { pathOf, pause, RETRY } from './read.ts'

export const THRESHOLD = 85
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

export const report = signal<Attendance | undefined>(undefined)
export const failed = signal(false)

export const threshold = computed(() => {
  const said = param('threshold')
  const percent = Number(said)
  return said !== '' && percent >= 0 && percent <= 100 ? percent : THRESHOLD
})
export const gap = computed(() =>
  /^\d{1,5}$/.test(param('gap')) ? Math.min(86_400, Number(param('gap'))) : 0,
)
export const emails = computed(() => param('emails') !== 'false')

/** Of the report on this meeting; of a file, with its format. */
export function addressOf(session: string, format?: 'csv' | 'xlsx'): string {
  const asked = new URLSearchParams({ threshold: `${threshold.value}`, gap: `${gap.value}`, tz: zone })
  if (!emails.value) asked.set('emails', 'false')
  // The meeting as it was: what came later does not count.
  if (instant.value !== null) asked.set('to', `${instant.value}`)
  if (format) asked.set('format', format)
  return `${pathOf(session)}/attendance?${asked}`
}

/** However often it takes. */
export async function readReport(address: string, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      report.value = await get<Attendance>(address, over)
      failed.value = false
      return
    } catch (error) {
      if (over.aborted) return
      failed.value = true
      // It was understood, and asking again changes nothing.
      if (error instanceof Refused && error.status < 500) return
      await pause(RETRY, over)
    }
  }
}

export const COLUMNS = [
  'name',
  'role',
  'first',
  'last',
  'total',
  'share',
  'present',
  'rejoins',
  'devices',
  'breakout',
] as const
export type ColumnName = (typeof COLUMNS)[number]

const BY = {
  // As they come.
  name: () => 0,
  role: (one, other) => compare(one.role, other.role),
  first: (one, other) => compare(one.firstIn, other.firstIn),
  // Who is still there is last.
  last: (one, other) => compare(one.lastOut ?? '~', other.lastOut ?? '~'),
  total: (one, other) => one.totalMs - other.totalMs,
  share: (one, other) => one.share - other.share,
  present: (one, other) => Number(one.present) - Number(other.present),
  rejoins: (one, other) => one.rejoins - other.rejoins,
  devices: (one, other) => one.devices - other.devices,
  breakout: (one, other) => one.breakoutMs - other.breakoutMs,
} satisfies Record<ColumnName, (one: Attendee, other: Attendee) => number>

/** `by`: a column, `-` in front for the other way round. */
export const order = computed(() => {
  const said = param('by')
  const column = COLUMNS.find((name) => name === said.replace(/^-/, '')) ?? 'name'
  return { column, descending: said.startsWith('-') }
})

export const rows = computed(() => {
  const { column, descending } = order.value
  const sign = descending ? -1 : 1
  const people = report.value?.people ?? []
  return (column === 'name' && descending ? people.toReversed() : people).toSorted(
    (one, other) => sign * BY[column](one, other),
  )
})
