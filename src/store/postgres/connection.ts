// Connections: what each is set to, how it is asked, and which failures mean that asking again may help.
import pg from 'pg'
import { StoreUnavailable } from '../errors.ts'

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
  end(): Promise<void>
}

/** How long to wait for a connection, and for an answer, ms. */
const CONNECT_TIMEOUT = 5_000
const QUERY_TIMEOUT = 30_000
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
  const [first = ''] = hostsOf(url)
  const { host, port, database } = new pg.Client({ connectionString: first })
  const others = hostsOf(url).length - 1
  return `PostgreSQL ${database ?? ''} on ${host}:${port}${others > 0 ? ` and ${others} more` : ''}, schema ${schema}`
}

type Use = { purpose: string; settings?: string[] }

async function connectTo(
  { url, schema }: PostgresOptions,
  { purpose, settings = [] }: Use,
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `rollcall ${purpose}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    keepAlive: true,
    pipeline: true,
    types,
  })
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
      await client.end().catch(() => {})
    },
  }

  async function query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await client.query(config)
    } catch (error) {
      if (isBroken(error as pg.DatabaseError)) {
        connection.lost = true
        void client.end().catch(() => {})
      }
      throw understand(error as pg.DatabaseError)
    }
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
    await client.query(['set search_path to ' + pg.escapeIdentifier(schema), ...settings].join(';'))
    const { rows } = await client.query<{ readOnly: string }>(
      'select current_setting(\'transaction_read_only\') as "readOnly"',
    )
    if (rows[0]?.readOnly === 'on') throw new StoreUnavailable(`${client.host} takes no writes`)
  } catch (error) {
    await connection.end()
    throw error instanceof StoreUnavailable ? error : understand(error as pg.DatabaseError)
  }
  return connection
}

/** Two writers met: the batch is to be judged again, on what the other one left. */
export class Conflict extends StoreUnavailable {
  override name = 'Conflict'
}

/** serialization_failure, deadlock_detected, unique_violation (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const CONFLICTS = ['40001', '40P01', '23505']

/**
 * Classes of SQLSTATE that are a matter of the server, its disk or its load: connection, resources, operator
 * intervention, system error, a read-only or broken-off transaction, lock not available, rights, authorisation.
 */
const OUTSIDE = /^(08|53|57|58|25|28|55|3D|42501|XX|F0|40)/

/** No SQLSTATE: it broke, was refused, or no answer came in time. 57P: the server shuts down or has crashed. */
function isBroken({ code = '' }: { code?: string | undefined }): boolean {
  return !SQLSTATE.test(code) || code.startsWith('57P') || code.startsWith('08')
}

const SQLSTATE = /^[0-9A-Z]{5}$/

function understand(error: Error & { code?: string | undefined }): Error {
  const { code = '', message } = error
  if (CONFLICTS.includes(code)) return new Conflict(`${code}: ${message}`, { cause: error })
  if (SQLSTATE.test(code) && !OUTSIDE.test(code)) return error
  return new StoreUnavailable(`${code || 'no connection'}: ${message}`, { cause: error })
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
      if (this.#current === current) this.#current = undefined
      throw error
    }
    if (this.#current === current) this.#current = undefined
    return this.get()
  }

  async end(): Promise<void> {
    this.#ended = true
    const connection = await this.#current?.catch(() => undefined)
    await connection?.end()
  }
}
