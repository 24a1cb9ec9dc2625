// The real server for a test: the app of production on a real database, on a free loopback port.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { readSettings } from '../../src/config.ts'
import { buildApp } from '../../src/http/app.ts'
import { watchLeases } from '../../src/ingest/lease.ts'
import { createLogger } from '../../src/ops/log.ts'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import type { Store } from '../../src/store/store.ts'

export type ServerOptions = {
  port?: number
  /** Kept on stop; without it the database lives in a folder that goes with the server. */
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
  const folder =
    options.databasePath === undefined ? mkdtempSync(join(tmpdir(), 'rollcall-test-')) : undefined
  const databasePath = options.databasePath ?? join(folder ?? '', 'rollcall.db')
  const settings = readSettings({
    ROLLCALL_PORT: `${options.port ?? 0}`,
    ROLLCALL_DATABASE: databasePath,
    ROLLCALL_LOG_LEVEL: 'silent',
    ...options.settings,
  })
  const store = await openSqlite({
    path: settings.database,
    queueLimit: settings.queueLimit,
    onLost: (error) => {
      throw error
    },
  })
  const logger = createLogger(settings.logLevel)
  const app = buildApp({ settings, store, logger, ...(options.now && { now: options.now }) })
  const watching = new AbortController()
  if (options.watch) {
    const lostAfter = settings.lostAfter * 1_000
    void watchLeases({ store, now: options.now ?? Date.now, logger, lostAfter }, watching.signal)
  }
  const url = await app.listen({ host: settings.host, port: settings.port })
  return {
    url,
    port: Number(new URL(url).port),
    databasePath,
    app,
    store,
    async stop() {
      watching.abort()
      app.server.closeAllConnections()
      await app.close()
      await store.close()
      if (folder) rmSync(folder, { recursive: true })
    },
  }
}
