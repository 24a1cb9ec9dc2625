// The dashboard: built files, from web/dist, and what a browser may do with them.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

const BUILT = join(import.meta.dirname, '../../web/dist')
/** Where a tab of the page can be opened, bookmarked and reloaded; the page itself knows what to show there. */
export const PAGES = ['/', '/history', '/people', '/insight', '/meeting', '/person', '/connect']
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
  // What was built has a route each: no path of a caller is ever taken for a path of a file.
  for (const file of readdirSync(join(folder, 'assets'))) {
    if (/\.(br|gz)$/.test(file)) continue
    app.get(`/assets/${file}`, { config }, (_, reply) => show(reply, `assets/${file}`, YEAR))
  }
}

function show(reply: FastifyReply, file: string, caching: string): FastifyReply {
  return reply.headers(HEADERS).header('cache-control', caching).sendFile(file)
}
