// One contestant of the benchmark: the app of production on the store that its first argument names.
import { readSettings } from '../src/config.ts'
import { buildApp, VIEWS } from '../src/http/app.ts'
import { createLogger } from '../src/ops/log.ts'
import { openPostgres } from '../src/store/postgres/store.ts'
import { openSqlite } from '../src/store/sqlite/store.ts'
import { openNaive } from './naive.ts'
import type { Command } from '../src/ledger/command.ts'
import type { Answer, Request, Store } from '../src/store/store.ts'

const [kind = '', path = ''] = process.argv.slice(2)
const settings = readSettings({ ROLLCALL_PORT: '0', ROLLCALL_LOG_LEVEL: 'error' })

/** postgres://…#schema */
const [address = '', schema = ''] = path.split('#')

const stores: Record<string, () => Promise<Store>> = {
  none: async () => noStore(),
  sqlite: () => sqlite(),
  'sqlite-single': () => sqlite(1),
  postgres: () => openPostgres({ url: address, schema, queueLimit: settings.queueLimit, views: VIEWS }),
  naive: async () => ({ ...noStore(), ...(await openNaive(address, schema)) }),
}

const open = stores[kind]
if (!open) throw new Error(`no store is called ${kind}`)
const store = await open()
const app = buildApp({ settings, store, logger: createLogger(settings.logLevel) })
const url = await app.listen({ host: settings.host, port: settings.port })
process.send?.({ url })
process.on('SIGTERM', () => void stop())
// The benchmark is gone, however it ended.
process.on('disconnect', () => process.exit(1))

async function stop(): Promise<void> {
  app.server.closeAllConnections()
  await app.close()
  await store.close()
  process.exit(0)
}

function sqlite(batchSize?: number): Promise<Store> {
  return openSqlite({
    path,
    queueLimit: settings.queueLimit,
    views: VIEWS,
    ...(batchSize !== undefined && { batchSize }),
    onLost: (error) => {
      throw error
    },
  })
}

/** The ceiling: everything but a store. It answers success to whatever is valid. */
function noStore(): Store {
  const nothing = async () => ({ items: [], next: null })
  return {
    submit: async <C extends Command>() => 'success' as Answer<C>,
    submitAll: async <C extends Command>(requests: Request<C>[]) =>
      requests.map(() => 'success' as Answer<C>),
    rooms: nothing,
    room: async () => null,
    occupants: nothing,
    events: async () => ({ items: [], next: null, through: 0 }),
    last: async () => 0,
    stays: nothing,
    people: nothing,
    person: async () => null,
    meetingsOf: nothing,
    meetings: nothing,
    attendedStays: nothing,
    json: async () => null,
    hosts: async () => [],
    stats: async () => {
      throw new Error('without a store there are no figures')
    },
    clients: async () => ({ stays: 0, complete: true, texts: [] }),
    removeDemo: async () => ({ rooms: 0, stays: 0, events: 0 }),
    ready: async () => {},
    waiting: () => 0,
    onCommit: () => {},
    onAppend: () => {},
    lead: () => {},
    close: async () => {},
  }
}
