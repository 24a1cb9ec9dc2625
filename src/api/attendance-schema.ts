// Reports on attendance, as the document describes them; export/json.ts writes them.
import Type from 'typebox'
import { MEETINGS } from '../export/attendance.ts'
import { SessionPath } from '../ingest/fields.ts'
import type { Role } from '../ledger/command.ts'
import { orNull, words, json, type Answer, type Operation } from '../operation.ts'
import { TYPES } from './attendance-file.ts'
import { AttendanceQuery, CourseQuery } from './attendance-query.ts'
import { Duration, Time } from './time.ts'

export const TOO_MANY = `this room has more than ${MEETINGS} meetings in that time: choose a later from or an earlier to`
export const NONE = {
  one: 'no room has this session',
  all: 'there was no meeting of this room in that time',
}

const text = orNull(Type.String())
const count = (description: string) => Type.Integer({ minimum: 0, description })

const MeetingTime = Type.Object(
  {
    session: Type.String(),
    jid: Type.String(),
    name: Type.String(),
    createdAt: Time,
    endedAt: orNull(Time),
    from: orNull(Time),
    to: orNull(Time),
    durationMs: Duration,
    finished: Type.Boolean({ description: 'It will not change any more.' }),
    inferred: Type.Boolean({ description: 'Whether its end was concluded and not reported.' }),
  },
  {
    title: 'MeetingTime',
    description: 'A meeting; `from` and `to` are the time that counts, null if nobody was there.',
  },
)
const Presence = {
  firstIn: Time,
  lastOut: orNull(Time),
  totalMs: Duration,
  breakoutMs: Duration,
  share: Type.Number({ minimum: 0, maximum: 1, description: "Of the meeting's time." }),
  present: Type.Boolean({ description: 'Whether the share reaches the threshold.' }),
  rejoins: count('How often they came back.'),
  devices: count('At the same time, at most.'),
  inferred: Type.Boolean({ description: 'Whether a leave was concluded and not reported.' }),
}
const Attended = Type.Object({ session: Type.String(), ...Presence }, { title: 'AttendedMeeting' })
const Attendee = Type.Object(
  {
    person: orNull(
      Type.String({ description: 'Their id; null where several guests of one name are one row.' }),
    ),
    name: Type.String(),
    email: text,
    userId: text,
    verified: Type.Boolean(),
    role: Type.Unsafe<Role>({ enum: ['participant', 'moderator'] }),
    ...Presence,
    mergedByName: Type.Boolean({ description: 'Several guests of one name.' }),
    attended: count('Meetings in which the threshold was reached.'),
    meetings: Type.Array(Attended, { description: 'Those that they came to at all.' }),
  },
  { title: 'Attendee' },
)
const Attendance = Type.Object(
  {
    meetings: Type.Array(MeetingTime),
    durationMs: Duration,
    finished: Type.Boolean(),
    threshold: Type.Number({ description: 'Percent.' }),
    leftOut: Type.Object({
      services: count('Components of Jitsi.'),
      excluded: count('Those on the list of names.'),
      healthChecks: count('Rooms that are no meetings.'),
    }),
    people: Type.Array(Attendee, { description: 'By name.' }),
  },
  { title: 'Attendance', description: 'Who was there, and for how long.' },
)

const REPORT: Answer = {
  description: 'The report. A file has its name in `Content-Disposition`.',
  content: {
    'application/json': Attendance,
    'text/csv': Type.String({ description: 'In UTF-8, behind a byte order mark.' }),
    [TYPES.xlsx]: Type.Unsafe<string>({ description: 'A workbook.' }),
  },
}

const presence = {
  firstIn: '2026-11-22T09:00:05.000Z',
  lastOut: '2026-11-22T09:20:00.000Z',
  totalMs: 1_195_000,
  breakoutMs: 0,
  share: 1,
  present: true,
  rejoins: 0,
  devices: 1,
  inferred: false,
}
const report = {
  meetings: [
    {
      session: 's1',
      jid: 'daily@conference.example.com',
      name: 'daily',
      createdAt: '2026-11-22T09:00:00.000Z',
      endedAt: '2026-11-22T09:30:00.000Z',
      from: '2026-11-22T09:00:05.000Z',
      to: '2026-11-22T09:20:00.000Z',
      durationMs: 1_195_000,
      finished: true,
      inferred: false,
    },
  ],
  durationMs: 1_195_000,
  finished: true,
  threshold: 85,
  leftOut: { services: 0, excluded: 0, healthChecks: 0 },
  people: [
    {
      person: 'Yl2wU9ArNnmaXS1OiaEH22',
      name: 'Ann B.',
      email: 'ann@example.com',
      userId: 'u-17',
      verified: true,
      role: 'moderator',
      ...presence,
      mergedByName: false,
      attended: 1,
      meetings: [{ session: 's1', ...presence }],
    },
  ],
}

export const getRoomAttendance: Operation = {
  id: 'getRoomAttendance',
  path: '/api/v1/rooms/{session}/attendance',
  tag: 'Attendance',
  summary: 'Who was in a meeting and its breakout rooms, and for how long',
  params: SessionPath,
  query: AttendanceQuery,
  answers: { 200: REPORT, 404: json('No room has this session.', words('not-found', NONE.one)) },
  examples: {
    report: { params: { session: 's1' }, status: 200, answer: report },
    file: {
      params: { session: 's1' },
      query: { format: 'csv', columns: 'name,total,present', notes: false },
      status: 200,
      type: 'text/csv',
      answer: 'Name,Total,Present (85%)\r\nAnn B.,0:19:55,yes\r\n',
    },
    missing: {
      params: { session: 's9' },
      status: 404,
      answer: { status: 'not-found', message: NONE.one },
    },
  },
}

export const getAttendance: Operation = {
  id: 'getAttendance',
  tag: 'Attendance',
  summary: 'The same over all meetings of a room',
  description: `At most ${MEETINGS} of them; more are 422.`,
  query: CourseQuery,
  answers: {
    200: REPORT,
    404: json('There was no meeting of this room in that time.', words('not-found', NONE.all)),
  },
  examples: {
    report: {
      query: { room: 'daily@conference.example.com', from: '2026-11-22' },
      status: 200,
      answer: report,
    },
    missing: {
      query: { room: 'weekly@conference.example.com', to: '2026-11-22' },
      status: 404,
      answer: { status: 'not-found', message: NONE.all },
    },
  },
}
