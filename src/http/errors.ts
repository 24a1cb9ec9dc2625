// Every answer that is no verdict: a stable word, a sentence, and never more of the cause than its kind.
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { StoreUnavailable } from '../store/errors.ts'
import { InvalidInput } from '../ingest/invalid.ts'

export const STATUS_WORDS = [
  'unauthorized',
  'too-large',
  'unsupported',
  'not-found',
  'busy',
  'error',
] as const
type StatusWord = (typeof STATUS_WORDS)[number]

/** An answer decided before any verdict. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly statusCode: number
  readonly word: StatusWord

  constructor(statusCode: number, word: StatusWord, message: string) {
    super(message)
    this.statusCode = statusCode
    this.word = word
  }
}

/** In seconds: a batch takes milliseconds, a full disk does not mend faster. */
const RETRY_AFTER = '1'

export function errorHandler(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof InvalidInput) return invalid(request, reply, error.message)
  const { status, word, message } = describe(error)
  if (status >= 500) logOnce(request, error)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 503) reply.header('retry-after', RETRY_AFTER)
  // The rest of the body is read and dropped: a reverse proxy takes a hang-up in its midst for a 502.
  if (status === 413) reply.removeHeader('connection')
  return send(reply, status, word, message)
}

const logged = new WeakSet<Error>()

/** A commit that fails rejects every request in it with the same error. */
function logOnce(request: FastifyRequest, error: FastifyError): void {
  if (logged.has(error)) return
  logged.add(error)
  request.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
}

export function notFound(reply: FastifyReply): FastifyReply {
  return send(reply, 404, 'not-found', 'there is nothing at this path')
}

export function send(
  reply: FastifyReply,
  status: number,
  word: StatusWord | 'invalid',
  message: string,
): FastifyReply {
  reply.verdict = word
  return reply.code(status).send({ status: word, message })
}

/** The body belongs to the contract, so what was wrong goes into a header, and into the log. */
function invalid(request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply {
  const { config, url } = request.routeOptions
  request.log.warn({ method: request.method, route: url, reason }, 'invalid request')
  reply.verdict = 'invalid'
  reply.code(422).header('x-validation-error', reason).type('application/json; charset=utf-8')
  return reply.send(config.invalid ?? JSON.stringify({ status: 'invalid', message: reason }))
}

type Described = { status: number; word: StatusWord; message: string }

function describe(error: FastifyError): Described {
  if (error instanceof HttpError)
    return { status: error.statusCode, word: error.word, message: error.message }
  if (error instanceof StoreUnavailable) {
    return {
      status: 503,
      word: 'busy',
      message: 'the ledger cannot commit right now; nothing was applied, ask again',
    }
  }
  return (
    KNOWN[error.code] ?? { status: 500, word: 'error', message: 'something broke here; nothing was applied' }
  )
}

/** Fastify's own errors, by their code. */
const KNOWN: Record<string, Described> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    word: 'too-large',
    message: 'the body is larger than this call takes',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    word: 'unsupported',
    message: 'the body must be sent as content-type: application/json',
  },
}

/** What is no HTTP that Node can read never becomes a request; it is answered on the bare connection. */
export function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error)
  const [status, body] = UNREADABLE[error.code ?? ''] ?? [
    '400 Bad Request',
    { status: 'invalid', message: 'this is no HTTP request; a path is percent-encoded' },
  ]
  const text = JSON.stringify(body)
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n`
  socket.end(`${head}content-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`)
}

const UNREADABLE: Record<string, [string, { status: StatusWord; message: string }]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    { status: 'too-large', message: 'path and headers together are larger than 64 KiB' },
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    { status: 'error', message: 'the request did not arrive within 30 seconds' },
  ],
}
