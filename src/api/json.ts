// Sends what the store has written.
import type { FastifyReply } from 'fastify'

/** As fastify says it of what it writes itself. */
const JSON_TYPE = 'application/json; charset=utf-8'

export function sendJson(reply: FastifyReply, json: Uint8Array | null): FastifyReply {
  return reply.type(JSON_TYPE).send(json)
}
