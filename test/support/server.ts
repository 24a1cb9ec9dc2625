// The real server for a test: the app of production on a real database, on a free loopback port.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { readSettings } from '../../src/config.ts'
import { buildApp, VIEWS } from '../../src/http/app.ts'
import { watchLeases } from '../../src/ingest/lease.ts'
import { createLogger } from '../../src/ops/log.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { holdToDocument } from './document.ts'

export type ServerOptions = {
  port?: number
  /** A file, kept on stop; without it the database lives in a folder that goes with the server. Or postgres://… */
  databasePath?: string
  /** ROLLCALL_* settings. */
  settings?: Record<string, string>
  /** The clock, epoch ms. */
  now?: () => number
  /** Whether silent hosts are looked for, as in production. */
  watch?: boolean
}

export type TestServer = {
  url: string
  port: number
  databasePath: string
  app: FastifyInstance
  store: Store
  stop(): Promise<void>
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const named = options.databasePath ?? options.settings?.['ROLLCALL_DATABASE']
  const folder = named === undefined ? mkdtempSync(join(tmpdir(), 'rollcall-test-')) : undefined
  const databasePath = named ?? join(folder ?? '', 'rollcall.db')
  const settings = readSettings({
    ROLLCALL_PORT: `${options.port ?? 0}`,
    ROLLCALL_DATABASE: databasePath,
    ROLLCALL_LOG_LEVEL: 'silent',
    ...options.settings,
  })
  const store = await openStore({
    ...settings,
    views: VIEWS,
    onLost: (error) => {
      throw error
    },
  })
  const logger = createLogger(settings.logLevel)
  const app = buildApp({ settings, store, logger, ...(options.now && { now: options.now }) })
  if (options.watch) {
    const leases = { store, now: options.now ?? Date.now, logger, lostAfter: settings.lostAfter * 1_000 }
    store.lead((signal) => watchLeases(leases, signal))
  }
  const url = await app.listen({ host: settings.host, port: settings.port })
  holdToDocument(url)
  return {
    url,
    port: Number(new URL(url).port),
    databasePath,
    app,
    store,
    async stop() {
      app.server.closeAllConnections()
      await app.close()
      await store.close()
      if (folder) rmSync(folder, { recursive: true })
    },
  }
}
