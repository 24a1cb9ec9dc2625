// What is asked for and is not there.
import type { FastifyReply } from 'fastify'

/** 404, with a sentence that says what was looked for. */
export function notFound(reply: FastifyReply, message: string): { status: 'not-found'; message: string } {
  reply.verdict = 'not-found'
  reply.code(404)
  return { status: 'not-found', message }
}
