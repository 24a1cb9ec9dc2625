// The dashboard: built files, from web/dist, and what a browser may do with them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { notFound } from './errors.ts'

const BUILT = join(import.meta.dirname, '../../web/dist')
/** Where a tab of the page can be opened, bookmarked and reloaded; the page itself knows what to show there. */
export const PAGES = ['/', '/history', '/people', '/insight', '/meeting', '/person', '/connect']
/** What a build calls its files. What else a caller may think of is never taken for the path of a file. */
const ASSET = /^[\w-]+\.(js|css|svg)$/
const YEAR = 'public, max-age=31536000, immutable'

/** Nothing of other sites, no script but the built files, and no frame around it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** Where the page was not built there is nothing at these paths, and the API works as ever. */
export function webRoutes(app: FastifyInstance, folder = BUILT): void {
  if (!existsSync(join(folder, 'index.html'))) {
    app.log.warn('the dashboard is not built: npm run web')
    return
  }
  void app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false })
  // The page is no part of the API's document.
  const config = { access: 'open' as const, describes: [] }
  for (const page of PAGES) {
    app.get(page, { config }, (_, reply) => show(reply, 'index.html', 'no-cache'))
  }
  // Looked for when it is asked for: a build gives files other names, and the page that it makes is served at once.
  app.get<{ Params: { file: string } }>('/assets/:file', { config }, ({ params }, reply) =>
    ASSET.test(params.file) && existsSync(join(folder, 'assets', params.file))
      ? show(reply, `assets/${params.file}`, YEAR)
      : notFound(reply),
  )
}

function show(reply: FastifyReply, file: string, caching: string): FastifyReply {
  return reply.headers(HEADERS).header('cache-control', caching).sendFile(file)
}
