// Rooms, stays, people and events as the API shows them.
import type { Said } from '../ledger/history.ts'
import type { EventRecord, MeetingRecord, OccupantRecord, PersonRecord, RoomRecord } from '../store/store.ts'
import { clientOf } from './client.ts'
import type { ShownOccupant, ShownStay } from './occupant-schema.ts'
import type { ShownMeeting, ShownPerson } from './person-schema.ts'
import type { ShownRoom } from './room-schema.ts'
import { rfc3339 } from './rfc3339.ts'

/** `until`: when what goes on is looked at, epoch ms. */
export function showRoom(room: RoomRecord, until: number): ShownRoom {
  const { createdAt, endedAt } = room
  return {
    ...room,
    createdAt: rfc3339(createdAt),
    endedAt: rfc3339(endedAt),
    durationMs: lasted(createdAt, endedAt, until),
  }
}

export function showOccupant(occupant: OccupantRecord, until: number): ShownOccupant {
  const { session: _session, roomJid: _roomJid, roomName: _roomName, ...stay } = occupant
  const { person, userId, userAgent, joinedAt, leftAt, history } = stay
  return {
    ...stay,
    verified: userId !== null,
    service: person === null,
    client: clientOf(userAgent),
    joinedAt: rfc3339(joinedAt),
    leftAt: rfc3339(leftAt),
    durationMs: lasted(joinedAt, leftAt, until),
    history: history.map(showSaid),
  }
}

/** With its room. */
export function showStay(occupant: OccupantRecord, until: number): ShownStay {
  const { session, roomJid, roomName } = occupant
  return { session, roomJid, roomName, ...showOccupant(occupant, until) }
}

export function showPerson({ firstSeen, lastSeen, ...person }: PersonRecord): ShownPerson {
  const verified = person.userId !== null
  return { ...person, verified, firstSeen: rfc3339(firstSeen), lastSeen: rfc3339(lastSeen) }
}

export function showMeeting({ joinedAt, leftAt, ...meeting }: MeetingRecord): ShownMeeting {
  return { ...meeting, joinedAt: rfc3339(joinedAt), leftAt: rfc3339(leftAt) }
}

export function showEvent(event: EventRecord) {
  return { ...event, at: rfc3339(event.at), receivedAt: rfc3339(event.receivedAt) }
}

function showSaid({ at, ...said }: Said): ShownOccupant['history'][number] {
  return { at: rfc3339(at), ...said }
}

/** Senders' clocks may be ahead of this one. */
function lasted(begin: number, end: number | null, until: number): number {
  return Math.max(0, (end ?? until) - begin)
}
