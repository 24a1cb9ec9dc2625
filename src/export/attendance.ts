// Reads what a report on attendance is made of: meeting after meeting, each page by page.
import { attendanceOf, type AttendedStay, type Rules } from '../ledger/attendance.ts'
import { reportOf, type Report } from '../ledger/report.ts'
import type { AttendedMeeting, Store } from '../store/store.ts'

/** One meeting, or all of a room: a course. */
export type Subject = { session: string } | { room: string }

type Source = Pick<Store, 'meetings' | 'attendedStays'>

/** Called with the number of stays, before the first is read, and whenever more of them were read. */
export type Watch = { start(stays: number): void; advance(stays: number): void }

/** A course has no more meetings than this: a meeting a day for more than two years. */
export const MEETINGS = 1_000
/** Stays on a page: about 10 ms of the main thread. */
const PAGE = 2_000

export class TooManyMeetings extends Error {}

/** Null if there is no such meeting, or the room had none in that time. Throws TooManyMeetings. */
export async function readAttendance(
  source: Source,
  subject: Subject,
  rules: Rules,
  watch?: Watch,
): Promise<Report | null> {
  const found = await source.meetings({ ...rangeOf(subject, rules), limit: MEETINGS, cursor: 0 })
  if (found.next !== null) throw new TooManyMeetings()
  if (found.items.length === 0) return null
  watch?.start(found.items.reduce((sum, { stays }) => sum + stays, 0))
  const attendances = []
  // Each is reckoned before the next is read: only the people are kept, not the stays.
  for (const meeting of found.items.toSorted((one, other) => one.createdAt - other.createdAt)) {
    attendances.push(attendanceOf(meeting, await staysOf(source, meeting, watch), rules))
  }
  return reportOf(attendances, rules)
}

function rangeOf(subject: Subject, { from, to }: Rules) {
  if ('session' in subject) return subject
  return { jid: subject.room, from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER }
}

async function staysOf(source: Source, { session }: AttendedMeeting, watch?: Watch): Promise<AttendedStay[]> {
  const stays: AttendedStay[] = []
  for (let cursor: number | null = 0; cursor !== null;) {
    const page: Awaited<ReturnType<Source['attendedStays']>> = await source.attendedStays({
      session,
      cursor,
      limit: PAGE,
    })
    for (const stay of page.items) stays.push(stay)
    watch?.advance(page.items.length)
    cursor = page.next
  }
  return stays
}
