// POST, GET and DELETE /api/v1/session: the dashboard logs in with a token, asks who it is, and logs out.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Settings } from '../config.ts'
import { checker } from '../ingest/check.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { createAttempts } from './attempts.ts'
import { HttpError } from './errors.ts'
import { getSession, Login, logIn, logOut, type ShownSession } from './login-schema.ts'
import { COOKIE, LIFETIME, type Session, type Sessions } from './session.ts'

export type LoginOptions = {
  settings: Pick<Settings, 'ingestTokens' | 'readTokens'>
  sessions: Sessions
  now: () => number
}

const PATH = '/api/v1/session'
const BODY_LIMIT = 4 * 1024
const checkLogin = checker(Login, 'body')

export function loginRoutes(app: FastifyInstance, { settings, sessions, now }: LoginOptions): void {
  const attempts = createAttempts(now)
  const login = settings.readTokens.length > 0

  app.get(PATH, { config: { access: 'open', describes: [getSession] } }, ({ headers }, reply) => {
    const session = sessions.find(headers.cookie)
    return reply.header('cache-control', 'no-store').send(show(session))
  })

  const loggingIn = { access: 'open' as const, describes: [logIn] }
  app.post(
    PATH,
    { config: loggingIn, bodyLimit: BODY_LIMIT, onRequest: refuseOtherSites },
    (request, reply) => {
      if (!login) throw new InvalidInput('reads need no token here, so there is nothing to log in to')
      const wait = attempts.wait(request.ip)
      if (wait > 0) {
        reply.header('retry-after', `${wait}`)
        throw new HttpError(429, 'busy', `too many wrong tokens; try again in ${wait} seconds`)
      }
      const opened = sessions.open(checkLogin(request.body).token)
      if (!opened) {
        attempts.failed(request.ip)
        throw new HttpError(401, 'unauthorized', 'this is no read token and no admin token')
      }
      setCookie(request, reply, opened.cookie, LIFETIME / 1_000)
      return reply.send(show(opened.session))
    },
  )

  const loggingOut = { access: 'open' as const, describes: [logOut] }
  app.delete(PATH, { config: loggingOut, onRequest: refuseOtherSites }, (request, reply) => {
    const session = sessions.find(request.headers.cookie)
    if (session) sessions.close(session)
    setCookie(request, reply, '', 0)
    return reply.send(show(undefined))
  })

  function show(session: Session | undefined): ShownSession {
    const known = session !== undefined || !login
    return {
      login,
      access: session?.access ?? null,
      expiresAt: session ? new Date(session.expiresAt).toISOString() : null,
      // For the page that says how to connect a Prosody; nothing for strangers.
      ingestToken: known ? settings.ingestTokens.length > 0 : null,
    }
  }
}

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number): void {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  reply.verdict = 'success'
  void reply
    .header('cache-control', 'no-store')
    .header('set-cookie', `${COOKIE}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`)
}

/** SameSite keeps the cookie from other sites; this keeps them from setting or ending a session, and their subdomains. */
function refuseOtherSites(request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  const foreign = typeof site === 'string' && site !== 'same-origin' && site !== 'none'
  // The port is left aside: a proxy may hand on the Host without it.
  const own = origin === undefined || hostnameOf(origin) === hostnameOf(`http://${request.host}`)
  done(
    foreign || !own ? new HttpError(403, 'unauthorized', 'this call is for the dashboard itself') : undefined,
  )
}

function hostnameOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined
}
