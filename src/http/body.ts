// Reads a JSON body: whatever is no JSON object in UTF-8 is invalid input, not a broken request.
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { InvalidInput } from '../ingest/invalid.ts'
import { HttpError } from './errors.ts'

export function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncoding(request.headers['content-encoding'])
      done(null, parse(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
}

function refuseEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return
  throw new HttpError(415, 'unsupported', 'the body must be sent without content-encoding')
}

/** JSON.parse makes `__proto__` an own property like any other, so it needs no guard here. */
function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw new InvalidInput('the body must be UTF-8')
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    throw new InvalidInput('the body must be valid JSON')
  }
}
