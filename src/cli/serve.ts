// rollcall serve: opens the ledger and answers until it is told to stop.
import { Command, Option } from 'commander'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { readSettings, SettingError, settings, unknownSettings, type Settings } from '../config.ts'
import { buildApp, VIEWS } from '../http/app.ts'
import { watchLeases } from '../ingest/lease.ts'
import { liveOn } from '../ledger/host.ts'
import { createLogger } from '../ops/log.ts'
import { nameOf, openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'

/** After this, whoever has not sent the rest of a request is cut off, ms. */
const GRACE = 5_000
/** How often connections that have had their last answer are closed while stopping, ms. */
const SWEEP = 20

export function serveCommand(): Command {
  const command = new Command('serve').description('Run the server.')
  for (const { env, value, doc, default: fallback } of Object.values(settings)) {
    const note = fallback === '' ? env : `${env}, default ${fallback}`
    command.addOption(new Option(`--${flag(env)} <${value}>`, `${doc} [${note}]`))
  }
  return command.action((flags: Record<string, string>) => serve(withFlags(flags)))
}

async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const chosen = readSettings(env)
  const logger = createLogger(chosen.logLevel)
  warnOfHalfOpenDoor(chosen, logger)
  for (const name of unknownSettings(env))
    logger.warn(`${name} is no setting of this version and has no effect`)

  const store = await openStore({
    ...chosen,
    views: VIEWS,
    onLost: (error) => {
      logger.fatal({ err: error }, 'the database thread has ended')
      process.exit(1)
    },
    onHearing: (lost) =>
      lost === null
        ? logger.info('the commits of other instances are heard again')
        : logger.warn(
            { err: lost },
            'the commits of other instances are not heard: the feed may be seconds late',
          ),
  })
  const app = buildApp({ settings: chosen, store, logger })
  const leases = { store, now: Date.now, logger, lostAfter: chosen.lostAfter * 1_000 }
  store.lead((signal) => watchLeases(leases, signal))
  stopOnSignals(app, store, logger)
  const live = liveOn(await store.hosts())
  logger.info({ database: nameOf(chosen), live }, 'the ledger is open')
  await listen(app, chosen).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
}

/** An admin token opens doors; only the other two close them. */
function warnOfHalfOpenDoor({ adminTokens, ingestTokens, readTokens }: Settings, logger: Logger): void {
  if (adminTokens.length === 0) return
  const open = [
    ...(ingestTokens.length === 0 ? [`write without a token (set ${settings.ingestTokens.env})`] : []),
    ...(readTokens.length === 0 ? [`read without a token (set ${settings.readTokens.env})`] : []),
  ]
  if (open.length > 0) logger.warn(`everyone on this machine may ${open.join(' and ')}`)
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `Rollcall listens on ${address}` })
  } catch (error) {
    const reason = LISTEN_ERRORS[(error as NodeJS.ErrnoException).code ?? '']
    if (reason) throw new SettingError(`Cannot listen on ${host} port ${port}: ${reason}`)
    throw error
  }
}

const LISTEN_ERRORS: Record<string, string> = {
  EADDRINUSE: 'another program does. Stop it, or set ROLLCALL_PORT.',
  EACCES: 'ports below 1024 need a privilege. Set ROLLCALL_PORT.',
  EADDRNOTAVAIL: 'this machine has no such address. Set ROLLCALL_HOST.',
  ENOTFOUND: 'the name cannot be resolved. Set ROLLCALL_HOST.',
}

/** The first signal answers what is in flight, commits and leaves with 0; the second leaves at once. */
function stopOnSignals(app: FastifyInstance, store: Store, logger: Logger): void {
  let stopping = false
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    logger.info(`${signal}: stopping`)
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
    setInterval(() => app.server.closeIdleConnections(), SWEEP).unref()
    await app.close()
    await store.close()
    logger.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
}

/** Flags count more than the environment. */
function withFlags(flags: Record<string, string>): NodeJS.ProcessEnv {
  const given = Object.entries(flags).map(([name, value]) => [
    `ROLLCALL_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
    value,
  ])
  return { ...process.env, ...Object.fromEntries(given) }
}

function flag(env: string): string {
  return env.replace('ROLLCALL_', '').toLowerCase().replaceAll('_', '-')
}
