// A report as JSON, person by person.
import { Readable } from 'node:stream'
import type { Attended, Attendee, MeetingTime, Report } from '../ledger/report.ts'
import { personId } from '../store/person.ts'
import { chunksOf } from './table.ts'

/** `emails`: whether they are told. Times are RFC 3339, in UTC. */
export function json(report: Report, about: { threshold: number; emails: boolean }): Readable {
  return Readable.from(parts(report, about), { objectMode: false })
}

function* parts(
  { people, leftOut, meetings, durationMs, finished }: Report,
  { threshold, emails }: { threshold: number; emails: boolean },
): Generator<string> {
  const head = { meetings: meetings.map(showMeeting), durationMs, finished, threshold, leftOut }
  yield `${JSON.stringify(head).slice(0, -1)},"people":[`
  let separator = ''
  for (const chunk of chunksOf(people)) {
    yield separator + chunk.map((person) => JSON.stringify(showAttendee(person, emails))).join(',')
    separator = ','
  }
  yield ']}'
}

function showMeeting({ createdAt, endedAt, from, to, ...rest }: MeetingTime) {
  const { session, jid, name, durationMs, finished, inferred } = rest
  return {
    session,
    jid,
    name,
    createdAt: rfc3339(createdAt),
    endedAt: rfc3339(endedAt),
    from: rfc3339(from),
    to: rfc3339(to),
    durationMs,
    finished,
    inferred,
  }
}

function showAttendee(attendee: Attendee, emails: boolean) {
  const { identity, name, email, role, verified, mergedByName, attended, meetings } = attendee
  const { session: _session, ...presence } = showAttended({ ...attendee, session: '' })
  return {
    // Several identities under one name are nobody that the ledger knows.
    person: mergedByName ? null : personId(identity),
    name,
    email: emails ? email : null,
    userId: identity.userId,
    verified,
    role,
    ...presence,
    mergedByName,
    attended,
    meetings: meetings.map(showAttended),
  }
}

function showAttended({ session, firstIn, lastOut, totalMs, breakoutMs, ...rest }: Attended) {
  const { share, present, rejoins, devices, inferred } = rest
  return {
    session,
    firstIn: rfc3339(firstIn),
    lastOut: rfc3339(lastOut),
    totalMs,
    breakoutMs,
    share: Math.round(share * 10_000) / 10_000,
    present,
    rejoins,
    devices,
    inferred,
  }
}

function rfc3339(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}
