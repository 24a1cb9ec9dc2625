// The log: readable on a terminal, one JSON object a line otherwise.
import type { FastifyReply, FastifyRequest } from 'fastify'
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Bodies, paths and headers are never logged: they hold names, addresses and tokens. Addresses only at debug. */
export function createLogger(level: LogLevel): Logger {
  const options = { level, base: null, serializers: { err: withoutRows } }
  if (!process.stdout.isTTY) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime })
  return pino(
    options,
    pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', singleLine: true, sync: true }),
  )
}

/** One line an answer, at debug: there alone the caller's address is named. */
export function logAnswer({ log, method, ip, routeOptions }: FastifyRequest, reply: FastifyReply): void {
  if (log.level !== 'debug' && log.level !== 'trace') return
  const { statusCode, verdict, elapsedTime } = reply
  log.debug(
    { ip, method, route: routeOptions.url, statusCode, verdict, ms: Math.round(elapsedTime) },
    'answered',
  )
}

/** Of an error what says where and why. PostgreSQL's repeat the row that they are about, in `detail` and `where`. */
function withoutRows(error: Error): object {
  const { type, message, stack, code, constraint } = pino.stdSerializers.err(error)
  const names: object = { code, constraint }
  return { type, message, stack, ...names }
}
