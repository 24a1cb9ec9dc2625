// Sends what the store has written.
import type { FastifyReply } from 'fastify'

/** As fastify says it of what it writes itself. */
const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * The bytes are given up with the answer. Left to the garbage collector, they made it look through the whole heap at every
 * third megabyte that was read: one page in a hundred, and the joins beside it, waited for 10 ms and more.
 */
export function sendJson(reply: FastifyReply, json: Uint8Array<ArrayBuffer> | null): FastifyReply {
  // Finished: the system has all of it.
  if (json) reply.raw.once('finish', () => void json.buffer.transfer(0))
  return reply.type(JSON_TYPE).send(json)
}
