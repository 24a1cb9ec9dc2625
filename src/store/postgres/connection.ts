// Connections: what each is set to, how it is asked, and for how long.
import pg from 'pg'
import { StoreUnavailable } from '../errors.ts'
import { isBroken, understand } from './failure.ts'
import { Together } from './together.ts'

export type PostgresOptions = {
  /** postgres://…; what it leaves out comes from the PG* variables and pg's defaults. */
  url: string
  /** The schema that holds everything of ours. */
  schema: string
}

export type Connection = {
  client: pg.Client
  /** The channel on which commits are announced: one for each schema. */
  channel: string
  /** Prepared under its name and sent at once; answers come in order. Rejects with StoreUnavailable or a defect. */
  ask<Row>(name: string, text: string, values?: unknown[]): Promise<Row[]>
  /** Rejects if the transaction was rolled back instead. */
  commit(): Promise<void>
  /** The connection is gone. */
  lost: boolean
  /** Says goodbye, for a second at most: over a dead line no answer comes. */
  end(): Promise<void>
}

export type Use = {
  /** Shown in pg_stat_activity. */
  purpose: string
  settings?: string[]
  /** How long an answer may take, ms; without an end where it is not said. */
  patience?: number
  /** What is asked in one go is one transaction's, and is sent and answered as one: if one fails, those behind it do. */
  together?: boolean
}

/**
 * Together with a connection that cannot be made, less than the ten seconds after which senders give up: they shall
 * hear 503, not silence.
 */
export const PATIENCE = 6_000
/** A snapshot of 64 MiB takes longer: a second more for each MB that is under way. */
const CHARACTERS_PER_MS = 1_000
/** For each of the addresses, ms: a packet that is lost is sent again after a second. */
const CONNECT_TIMEOUT = 3_000
const GOODBYE = 1_000
/** Who comes so soon after a connection could not be made is told so at once, ms: waits must not add up. */
const DISCOURAGED = 250
/** The line is tried when it was silent for so long, ms: firewalls forget silent connections. */
const KEEP_ALIVE = 10_000

const SETTINGS = [
  // A client that vanished without a word keeps its locks until the server notices: after 25 s.
  'set tcp_keepalives_idle = 10',
  'set tcp_keepalives_interval = 5',
  'set tcp_keepalives_count = 3',
]
/**
 * Less than PATIENCE, so that the server stops waiting before we do: else each attempt would leave a connection behind
 * that waits for the same lock.
 */
const LOCK_TIMEOUT = "set lock_timeout = '4s'"
const INT8 = 20

/** Numbers of ours are below 2^53: times in ms, and a seq that counts events. */
const types = new pg.TypeOverrides()
types.setTypeParser(INT8, Number)

/** Connects to the first of the hosts that takes writes. Rejects with StoreUnavailable if none does. */
export async function connect(options: PostgresOptions, use: Use): Promise<Connection> {
  let failure: unknown
  for (const url of hostsOf(options.url)) {
    try {
      return await connectTo({ ...options, url }, use)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** As libpq has it: postgres://one:5432,two:5433/name is two addresses of one database. */
export function hostsOf(url: string): string[] {
  const [, start = '', hosts = '', end = ''] = /^([a-z]+:\/\/(?:[^@/?]*@)?)([^/?]*)(.*)$/.exec(url) ?? []
  return hosts.split(',').map((host) => start + host + end)
}

/** What it is called in messages and in the log: without the password. */
export function where({ url, schema }: PostgresOptions): string {
  const hosts = hostsOf(url).map((connectionString) => new pg.Client({ connectionString }))
  const addresses = hosts.map(({ host, port }) => `${host}:${port}`).join(' or ')
  return `PostgreSQL ${hosts[0]?.database ?? ''} on ${addresses}, schema ${schema}`
}

async function connectTo(
  { url, schema }: PostgresOptions,
  { purpose, settings = [], patience, together }: Use,
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `rollcall ${purpose}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
    pipeline: true,
    types,
  })
  let underWay = 0
  let group: Together | undefined
  const connection: Connection = {
    client,
    channel: `rollcall_${schema}`,
    lost: false,
    async ask<Row>(name: string, text: string, values: unknown[] = []) {
      return (await query({ name, text, values })).rows as Row[]
    },
    async commit() {
      const { command } = await query({ name: 'commit', text: 'commit' })
      if (command !== 'COMMIT') throw new StoreUnavailable('the transaction was rolled back')
    },
    async end() {
      connection.lost = true
      const silence = setTimeout(() => client.connection.stream.destroy(), GOODBYE)
      await client.end().catch(() => {})
      clearTimeout(silence)
    },
  }

  async function query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const size = sizeOf(config.values ?? [])
    // Answers come in order: what was sent before is waited for too.
    underWay += size
    const query_timeout = patience && patience + underWay / CHARACTERS_PER_MS
    try {
      if (together) return await gathered(query_timeout).add({ ...config, types })
      return await client.query({ ...config, ...(query_timeout && { query_timeout }) })
    } catch (error) {
      if (isBroken(error as Error)) void connection.end()
      throw understand(error as Error)
    } finally {
      underWay -= size
    }
  }

  /** What is asked until the code that runs now has come to its end. */
  function gathered(timeout: number | undefined): Together {
    if (!group) {
      const sent = (group = new Together())
      queueMicrotask(() => {
        group = undefined
        client.query(sent)
      })
    }
    group.query_timeout = timeout
    return group
  }

  function first(text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    const config = { text, query_timeout: CONNECT_TIMEOUT }
    return client.query(config)
  }

  // Without a listener a lost connection would end the process.
  client.on('error', () => {
    connection.lost = true
  })
  client.on('end', () => {
    connection.lost = true
  })
  try {
    await client.connect()
    const all = [`set search_path to ${pg.escapeIdentifier(schema)}`, ...SETTINGS, ...settings]
    await first([...all, ...(patience ? [LOCK_TIMEOUT] : [])].join(';'))
    const { rows } = await first('show transaction_read_only')
    if (rows[0]?.['transaction_read_only'] === 'on')
      throw new StoreUnavailable(`${client.host} takes no writes`)
  } catch (error) {
    await connection.end()
    throw error instanceof StoreUnavailable ? error : understand(error as Error)
  }
  return connection
}

function sizeOf(values: unknown[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
}

/** A connection that is made anew when it is wanted and the last one is gone. */
export class Reconnecting {
  readonly #connect: () => Promise<Connection>
  #current: Promise<Connection> | undefined
  #ended = false

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect
  }

  async get(): Promise<Connection> {
    if (this.#ended) throw new StoreUnavailable('the store is closed')
    this.#current ??= this.#connect()
    const current = this.#current
    try {
      const connection = await current
      if (!connection.lost) return connection
    } catch (error) {
      setTimeout(() => this.#forget(current), DISCOURAGED).unref()
      throw error
    }
    this.#forget(current)
    return this.get()
  }

  #forget(gone: Promise<Connection>): void {
    if (this.#current === gone) this.#current = undefined
  }

  async end(): Promise<void> {
    this.#ended = true
    const connection = await this.#current?.catch(() => undefined)
    await connection?.end()
  }
}
