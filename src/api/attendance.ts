// Who attended: of one meeting, or of all meetings of a room, as JSON or as a file.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { attachment } from '../export/file-name.ts'
import { readAttendance, TooManyMeetings, type Subject } from '../export/attendance.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { full } from './full.ts'
import { accepted, nameOf, TYPES, write } from './attendance-file.ts'
import { getAttendance, NONE, TOO_MANY } from './attendance-schema.ts'
import { courseQuestion, meetingQuestion, type AttendanceQuestion } from './attendance-query.ts'
import type { ReadOptions } from './options.ts'

type Reading = Pick<ReadOptions, 'store' | 'now' | 'reports'>

export function attendanceRoutes(app: FastifyInstance, options: Reading): void {
  app.get(
    '/api/v1/attendance',
    { config: { access: 'read', describes: [getAttendance] } },
    (request, reply) => {
      const { room, ...question } = courseQuestion(request.query, options.now())
      return answer(options, { room }, question, request, reply)
    },
  )
}

/** The answer below a room's path. */
export function attendanceOfRoom(
  options: Reading,
  session: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  return answer(options, { session }, meetingQuestion(request.query, options.now()), request, reply)
}

async function answer(
  { store, reports }: Reading,
  subject: Subject,
  question: AttendanceQuestion,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const read = () => readAttendance(store, subject, question.rules)
  const report = await reports.make(reply, read).catch((error: unknown) => {
    throw error instanceof TooManyMeetings ? new InvalidInput(TOO_MANY) : error
  })
  if (report === undefined) return full(reply, 'report is made now', 'ROLLCALL_REPORT_LIMIT')
  if (!report) {
    reply.verdict = 'not-found'
    return reply.code(404).send({ status: 'not-found', message: NONE['session' in subject ? 'one' : 'all'] })
  }
  const format = question.format ?? accepted(request.headers.accept)
  reply.type(TYPES[format]).header('vary', 'Accept')
  if (format !== 'json') reply.header('content-disposition', attachment(nameOf(report, format, question)))
  return reply.send(write(report, format, question))
}
