// Who may call what: bearer tokens, and without them only what arrives on a loopback address by its name.
import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Settings } from '../config.ts'
import { HttpError } from './errors.ts'
import type { Sessions } from './session.ts'

/** `ingest` writes, `read` reads, `open` asks for nothing. */
export type Access = 'ingest' | 'read' | 'open'

type Tokens = Pick<Settings, 'ingestTokens' | 'readTokens' | 'adminTokens'>

/**
 * Returns a check: the error of a request that may not pass, undefined for one that may. A session reads, whatever token
 * it was opened with: a browser sends its cookie by itself, and nothing that comes by itself may write.
 */
export function createGuard(
  tokens: Tokens,
  sessions: Sessions,
): (request: FastifyRequest, access: Access) => HttpError | undefined {
  const admins = tokens.adminTokens.map(digest)
  const accepted = {
    ingest: tokens.ingestTokens.map(digest),
    read: tokens.readTokens.map(digest),
  }

  return (request, access) => {
    if (access === 'open') return undefined
    if (accepted[access].length === 0) return checkHost(request.headers.host)
    const session = access === 'read' ? sessions.find(request.headers.cookie) : undefined
    request.session = session
    if (session) return undefined
    const given = bearer(request.headers.authorization)
    if (given === undefined || !matches(given, [...accepted[access], ...admins])) {
      return new HttpError(401, 'unauthorized', `this needs Authorization: Bearer with a token for ${access}`)
    }
    return undefined
  }
}

/** RFC 6750; the scheme's case does not matter (RFC 9110). */
function bearer(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}

/** Digests have one length and tell nothing of the token; every token is compared, found or not. */
function matches(given: string, digests: Buffer[]): boolean {
  const wanted = digest(given)
  return digests.reduce((found, known) => timingSafeEqual(known, wanted) || found, false)
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** A page of another site can have its own name resolve to 127.0.0.1, but cannot send another Host. */
function checkHost(host: string | undefined): HttpError | undefined {
  if (host && LOOPBACK_HOST.test(host)) return undefined
  return new HttpError(403, 'unauthorized', 'without tokens the Host header must name a loopback address')
}

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
