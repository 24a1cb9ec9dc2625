// What has to happen so that the ledger says what was concluded: the events, in an order in which no JID has two live
// rooms at any time, nor two live stays in one room.
import type { Tell } from './command.ts'
import { endLive } from './ending.ts'
import type { LedgerEvent, RoomId } from './event.ts'
import { endOfStay, LIVE, type Attendance, type End, type Meeting } from './meetings.ts'
import type { Room, State, Stay } from './state.ts'
import { sessionOf } from './told.ts'

/** `meetings`: in order of time; only the last of them may be live. */
export function difference(state: State, command: Tell, meetings: Meeting[]): LedgerEvent[] {
  const events: LedgerEvent[] = []
  const present = presentIn(meetings)
  const aside = makeWay(state, command, meetings, events)
  for (const meeting of meetings) identify(command, meeting, events)
  for (const meeting of meetings) {
    const { room } = meeting
    const id = room?.id ?? begin(state, command, meeting, events)
    attend(state, id, meeting, present, events)
    const stands = room === null ? LIVE : room.id === aside?.id ? setAside(room.createdAt) : endOfRoom(room)
    endRoom(id, meeting.startedAt, stands, meeting.end, events)
  }
  if (aside && meetings.every((meeting) => meeting.room?.id !== aside.id)) {
    endRoom(aside.id, aside.createdAt, setAside(aside.createdAt), LIVE, events)
  }
  return events
}

/** The live room ends if it is over, and for a moment if one from before it has still to be entered. */
function makeWay(state: State, { jid }: Tell, meetings: Meeting[], events: LedgerEvent[]): Room | undefined {
  const live = state.liveRoom(jid)
  const last = meetings.at(-1)
  if (!live || !last) return undefined
  const place = meetings.findIndex(({ room }) => room?.id === live.id)
  // A MUC room exists once: the end of this one was never reported.
  if (place === -1 && last.end.at === null) {
    events.push(...endLive(state, live, last.startedAt, 'superseded', true))
    return undefined
  }
  const before = place === -1 ? meetings : meetings.slice(0, place)
  if (before.every(({ room }) => room !== null)) return undefined
  endRoom(live.id, live.createdAt, LIVE, setAside(live.createdAt), events)
  return live
}

function identify(command: Tell, meeting: Meeting, events: LedgerEvent[]): void {
  const { room, startedAt, created } = meeting
  const session = sessionFor(command, meeting)
  if (room === null || room.session === session) return
  const { id, session: formerSession } = room
  events.push({
    type: 'room.identified',
    at: startedAt,
    inferred: !created,
    room: id,
    session,
    formerSession,
  })
}

/** It will be known by the number of this event. */
function begin(state: State, command: Tell, meeting: Meeting, events: LedgerEvent[]): RoomId {
  const { jid, name, kind, parentJid } = command
  const session = sessionFor(command, meeting)
  const { startedAt: at, created } = meeting
  events.push({ type: 'room.created', at, inferred: !created, session, jid, name, kind, parentJid })
  return state.lastSeq + events.length
}

/** Who is in a room, until they are set aside. */
type Present = Map<string, Attendance>

function presentIn(meetings: Meeting[]): Present {
  const known = meetings.flatMap(({ attendances }) => attendances)
  const live = known.filter(({ stay }) => stay?.leftAt === null)
  return new Map(live.map((attendance) => [`${attendance.stay?.room} ${attendance.jid}`, attendance]))
}

function attend(
  state: State,
  room: RoomId,
  { attendances, ...meeting }: Meeting,
  present: Present,
  events: LedgerEvent[],
): void {
  const ofJid = Map.groupBy(attendances, ({ jid }) => jid)
  for (const attendance of attendances) {
    const { jid, joinedAt: at, stay, profile } = attendance
    const stands = standsAs(attendance, present)
    if (stay?.leftAt === null) present.delete(`${stay.room} ${jid}`)
    if (stay?.room !== room) {
      const there = present.get(`${room} ${jid}`)
      if (there?.stay) endStay(there.stay, LIVE, setAside(there.joinedAt), events)
      present.delete(`${room} ${jid}`)
      if (stay !== null)
        events.push({ type: 'occupant.moved', at, inferred: false, room, stay: stay.id, jid })
      else if (profile) events.push({ type: 'occupant.joined', at, inferred: false, room, jid, ...profile })
    }
    const same = ofJid.get(jid) ?? []
    const end = endOfStay(attendance, same[same.indexOf(attendance) + 1], meeting)
    endStay({ id: stay?.id ?? state.lastSeq + events.length, room, jid, joinedAt: at }, stands, end, events)
  }
}

function standsAs({ stay, jid, joinedAt }: Attendance, present: Present): End {
  if (stay === null) return LIVE
  const { leftAt, leaveReason, inferred, room } = stay
  if (leftAt === null && !present.has(`${room} ${jid}`)) return setAside(joinedAt)
  return { at: leftAt, reason: leaveReason, inferred }
}

function endRoom(room: RoomId, startedAt: number, stands: End, end: End, events: LedgerEvent[]): void {
  const { at, reason, inferred } = end
  if (isSame(stands, end)) return
  if (stands.at === null && at !== null) events.push({ type: 'room.ended', at, inferred, room, reason })
  else events.push({ type: 'room.corrected', at: at ?? startedAt, inferred, room, endedAt: at, reason })
}

type Known = Pick<Stay, 'id' | 'room' | 'jid' | 'joinedAt'>

function endStay(known: Known, stands: End, end: End, events: LedgerEvent[]): void {
  const { id: stay, room, jid, joinedAt } = known
  const { at, reason, inferred } = end
  if (isSame(stands, end)) return
  const about = { inferred, room, stay, jid, reason }
  if (stands.at === null && at !== null) events.push({ type: 'occupant.left', at, ...about })
  else events.push({ type: 'occupant.corrected', at: at ?? joinedAt, leftAt: at, ...about })
}

/** Ended for a moment, so that an earlier one can be entered. */
function setAside(startedAt: number): End {
  return { at: startedAt, reason: 'superseded', inferred: true }
}

function endOfRoom({ endedAt, endReason, inferred }: Room): End {
  return { at: endedAt, reason: endReason, inferred }
}

function isSame(one: End, other: End): boolean {
  return one.at === other.at && one.reason === other.reason && one.inferred === other.inferred
}

function sessionFor({ series }: Tell, { startedAt, created }: Meeting): string {
  return sessionOf(series, startedAt, created)
}
