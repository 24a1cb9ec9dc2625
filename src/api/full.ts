// What is refused because there is too much of it already.
import type { FastifyReply } from 'fastify'

/** 503: `what` would be one more than the setting allows. */
export function full(
  reply: FastifyReply,
  what: string,
  setting: string,
): { status: 'busy'; message: string } {
  reply.verdict = 'busy'
  reply.code(503).header('retry-after', '5')
  return { status: 'busy', message: `no further ${what}; ask again, or raise ${setting}` }
}
