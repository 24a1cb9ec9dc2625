// Which meetings a room has had, concluded from what was told of them, whatever the order in which that came.
import type { Profile } from './command.ts'
import type { Room, Stay } from './state.ts'
import { hasBeginning } from './told.ts'

/** `at` null: it has not ended. `inferred`: concluded. */
export type End = { at: number | null; reason: string | null; inferred: boolean }

/** What is known of one stay. `leftAt`: as told, null where nobody has. */
export type Attendance = {
  jid: string
  joinedAt: number
  /** The instant by which its meeting is found. */
  within: number
  leftAt: number | null
  reason: string | null
  profile: Profile | null
  /** As it stands in the ledger. */
  stay: Stay | null
}

export type Meeting = {
  startedAt: number
  /** Whether that is when it was created, as told; otherwise it is when the first that is known joined. */
  created: boolean
  end: End
  /** In order of joining. */
  attendances: Attendance[]
  /** As it stands in the ledger. */
  room: Room | null
}

/** `after`: of the meeting that ended at `at`, any instant that lies in it. */
export type ToldEnd = { after: number; at: number }

/** Everything that is known of some meetings of one room, one after another. */
export type Facts = {
  rooms: Room[]
  attendances: Attendance[]
  created: number[]
  ended: ToldEnd[]
  /** Rooms with the same JID that bound these. */
  others: Room[]
}

/**
 * Each creation begins a meeting, each end closes one, and who joined between two of these was in one meeting. New
 * facts only add such boundaries, so they divide meetings and never join two: what is concluded does not depend on the
 * order in which the facts came.
 */
export function meetingsOf(facts: Facts): Meeting[] {
  const slots = slotsOf(facts)
  for (const attendance of facts.attendances) slotFor(slots, attendance.within)?.attendances.push(attendance)
  for (const { attendances } of slots) attendances.sort(byJoining)
  return assignRooms(
    slots.filter(({ created, attendances }) => created || attendances.length > 0).map(concluded),
    facts,
  )
}

/** A stretch of time for one meeting: `from` on, to `end` where that was told, and in any case before `until`. */
type Slot = { from: number; created: boolean; end: number | null; until: number; attendances: Attendance[] }

function slotsOf({ rooms, created, ended, others }: Facts): Slot[] {
  const told = new Set([...rooms.filter(hasBeginning).map(({ createdAt }) => createdAt), ...created])
  const starts = unique([...told, ...others.map(({ createdAt }) => createdAt)])
  const known = rooms.filter(({ inferred }) => !inferred)
  const ends = [...known, ...others].flatMap(({ createdAt, endedAt }) => {
    return endedAt === null ? [] : [{ after: createdAt, at: endedAt }]
  })
  return [-Infinity, ...starts].flatMap((from, index) => {
    const until = starts[index] ?? Infinity
    const here = [...ends, ...ended].filter(({ after }) => from <= after && after < until)
    const cuts = unique(here.map(({ after, at }) => Math.min(Math.max(after, at), until)))
    return [...cuts, null].map((end, nth) => {
      return { from, created: nth === 0 && told.has(from), end, until, attendances: [] }
    })
  })
}

/** Who joined in the very second in which a meeting ended was in it, unless another is known to have begun by then. */
function slotFor(slots: Slot[], instant: number): Slot | undefined {
  return slots.find(
    ({ from, end, until }) => from <= instant && instant < until && instant <= (end ?? Infinity),
  )
}

function concluded({ from, created, end, until, attendances }: Slot): Meeting {
  const startedAt = created
    ? from
    : attendances.reduce((first, { within }) => Math.min(first, within), Infinity)
  // Only where another sender has its say as well does somebody join or leave after these.
  const joined = maximum(attendances.map(({ joinedAt }) => joinedAt))
  const left = maximum(attendances.map(({ leftAt }) => leftAt ?? 0))
  const over = { at: Math.max(until, joined, left), reason: 'superseded', inferred: true }
  const told = end === null ? null : { at: Math.max(end, joined), reason: null, inferred: false }
  return { startedAt, created, end: told ?? (until === Infinity ? LIVE : over), attendances, room: null }
}

/** A room stays with what is known of its beginning: its creation or, failing that, who joined it first. */
function assignRooms(meetings: Meeting[], { rooms }: Facts): Meeting[] {
  for (const room of rooms.filter(hasBeginning)) {
    const meeting = meetings.find(({ created, startedAt }) => created && startedAt === room.createdAt)
    if (meeting) assign(meeting, room)
  }
  for (const room of rooms.filter((room) => !hasBeginning(room))) {
    const meeting = meetings.find(({ attendances }) => attendances.some(({ stay }) => stay?.room === room.id))
    if (meeting && meeting.room === null) assign(meeting, room)
  }
  return meetings
}

function assign(meeting: Meeting, room: Room): void {
  meeting.room = room
  // Somebody may have ended it with a reason.
  const told = meeting.end.at === room.endedAt && !meeting.end.inferred && !room.inferred
  if (told) meeting.end.reason = room.endReason
}

/** How a stay ended, by what is known of it, of the next one of the same JID and of its meeting. */
export function endOfStay(
  { leftAt, reason }: Attendance,
  next: Attendance | undefined,
  meeting: Pick<Meeting, 'end'>,
): End {
  const { at, inferred } = meeting.end
  // Who was told to have left in the second after the end left at the end.
  if (leftAt !== null) return { at: Math.min(leftAt, at ?? leftAt), reason, inferred: false }
  if (next) return { at: next.joinedAt, reason: 'superseded', inferred: true }
  return at === null ? LIVE : { at, reason: 'room-ended', inferred }
}

export const LIVE: End = { at: null, reason: null, inferred: false }

function byJoining(one: Attendance, other: Attendance): number {
  return one.joinedAt - other.joinedAt || (one.stay?.id ?? Infinity) - (other.stay?.id ?? Infinity)
}

function unique(instants: number[]): number[] {
  return [...new Set(instants)].toSorted((one, other) => one - other)
}

function maximum(instants: number[]): number {
  return instants.reduce((most, instant) => Math.max(most, instant), 0)
}
