// Builds the server and never listens: tests use the very app that production uses.
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type RouteOptions,
} from 'fastify'
import { eventMessage } from '../api/message.ts'
import { createReports } from '../api/reports.ts'
import { readRoutes } from '../api/routes.ts'
import type { StreamOptions } from '../api/stream.ts'
import type { Settings } from '../config.ts'
import { Hub } from '../feed/hub.ts'
import { createFeed } from '../feed/tail.ts'
import { ingestRoutes } from '../ingest/routes.ts'
import { logAnswer } from '../ops/log.ts'
import { createMetrics } from '../ops/metrics.ts'
import type { Store } from '../store/store.ts'
import { createGuard } from './auth.ts'
import { parseBodies } from './body.ts'
import { docsRoutes } from './docs.ts'
import { clientErrorHandler, errorHandler, notFound } from './errors.ts'
import { healthRoutes } from './health.ts'
import { loginRoutes } from './login.ts'
import { answerOtherMethods } from './methods.ts'
import { openApi } from './openapi.ts'
import { createSessions, type Sessions } from './session.ts'
import { webRoutes } from './web.ts'
import './context.ts'

/** What its store is opened with. */
export const VIEWS = import.meta.resolve('../api/views.ts')

export type AppOptions = {
  settings: Settings
  /** Opened with VIEWS. */
  store: Store
  logger: FastifyBaseLogger
  /** The clock, epoch ms. */
  now?: () => number
}

/** Contract: the largest body of a single call. */
const BODY_LIMIT = 256 * 1024
/** A JID in a path: 3,071 bytes, each as %XX, twice over. */
const PATH_LIMIT = 2 * 3 * 3_071
/** Node's 16 KiB are too few for such a path beside a reverse proxy's headers. */
const HEADER_LIMIT = 64 * 1024
/** What is read names people: nothing on the way keeps it, nor a browser after a logout, nor guesses what it may be. */
const PERSONAL = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export function buildApp({ settings, store, logger, now = Date.now }: AppOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    // One logger for all requests: a child for each costs more than reading the body.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: settings.trustedProxies.length > 0 ? settings.trustedProxies : false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    clientErrorHandler,
    routerOptions: { maxParamLength: PATH_LIMIT },
    http: { maxHeaderSize: HEADER_LIMIT },
    rewriteUrl: ({ url = '/' }) => withoutSlash(decodes(url) ? url : url.replaceAll('%', '%25')),
  })
  const sessions = createSessions(settings, now)
  const guard = createGuard(settings, sessions)
  const hub = new Hub({
    store,
    feed: createFeed(store),
    limit: settings.streamLimit,
    format: eventMessage,
    onTrouble: (error) => logger.error({ err: error }, 'the log cannot be read for the event streams'),
  })
  const metrics = createMetrics(store, hub)

  app.decorateReply('verdict', '')
  app.decorateRequest('session', undefined)
  // Callbacks, not async functions: two promises fewer for every request.
  app.addHook('onRequest', (request, reply, done) => {
    // Before the body is read: it cannot make a path exist.
    if (request.is404) return void notFound(reply)
    const access = request.routeOptions.config.access ?? 'open'
    if (access === 'read') reply.headers(PERSONAL)
    done(guard(request, access))
  })
  app.addHook('onResponse', (request, reply, done) => {
    metrics.observe(request, reply)
    logAnswer(request, reply)
    done()
  })
  app.setErrorHandler(errorHandler)
  parseBodies(app)

  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  ingestRoutes(app, { store, now })
  const stream = streamOptions(hub, settings, sessions)
  readRoutes(app, {
    store,
    now,
    lease: settings.lease * 1_000,
    stream,
    reports: createReports(settings.reportLimit),
  })
  healthRoutes(app, { store, metrics })
  loginRoutes(app, { settings, sessions, now })
  docsRoutes(app, () => document)
  const document = JSON.stringify(openApi(routes))
  webRoutes(app)
  answerOtherMethods(app, [...routes])
  return app
}

function streamOptions(
  hub: Hub,
  { streamHeartbeat, streamBuffer }: Settings,
  sessions: Sessions,
): StreamOptions {
  return {
    hub,
    heartbeat: streamHeartbeat * 1_000,
    buffer: streamBuffer * 1_024,
    watchAccess: ({ session }, over) => (session ? sessions.watch(session, over) : () => {}),
  }
}

/** event_sync puts its path behind an `api_prefix` as it is, which may end with a slash. */
function withoutSlash(url: string): string {
  return url.startsWith('/event-sync//') ? url.replace('//', '/') : url
}

/**
 * The router refuses a path that does not decode before any hook has run. The contract wants it judged like
 * any other, so such a path reaches its route encoded once more; the route reads the original.
 */
function decodes(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURI(url)
    return true
  } catch {
    return false
  }
}
