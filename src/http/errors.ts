// Every answer that is no verdict: a stable word, a sentence, and never more of the cause than its kind.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { StoreUnavailable } from '../store/errors.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { sentence } from './validation.ts'

export type StatusWord = 'unauthorized' | 'too-large' | 'unsupported' | 'not-found' | 'busy' | 'error'

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
  if (error.validation?.[0])
    return invalid(request, reply, sentence(error.validation[0], error.validationContext))
  const { status, word, message } = describe(error)
  if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 503) reply.header('retry-after', RETRY_AFTER)
  return send(reply, status, word, message)
}

export function notFound(_: FastifyRequest, reply: FastifyReply): FastifyReply {
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
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, word: 'too-large', message: 'the body is larger than 256 KiB' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    word: 'unsupported',
    message: 'the body must be sent as content-type: application/json',
  },
}
