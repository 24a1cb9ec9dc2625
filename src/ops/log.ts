// The log: readable on a terminal, one JSON object a line otherwise.
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Bodies, paths and headers are never logged: they hold names, addresses and tokens. */
export function createLogger(level: LogLevel): Logger {
  const options = { level, base: null }
  if (!process.stdout.isTTY) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime })
  return pino(
    options,
    pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', singleLine: true, sync: true }),
  )
}
