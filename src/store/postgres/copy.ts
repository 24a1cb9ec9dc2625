// A PostgreSQL schema as one side of a copy.
import { setTimeout as pause } from 'node:timers/promises'
import { SLICE, type Opening, type Source, type Target } from '../copy/side.ts'
import { TABLES, type ColumnType, type Row, type Table } from '../copy/tables.ts'
import { OpenError } from '../errors.ts'
import { connect, where, type Connection, type PostgresOptions, type Use } from './connection.ts'
import { jidKey } from './key.ts'
import { TRY_LEAD, TRY_LOG } from './locks.ts'
import { isUnfinished, migrate, UNFINISHED } from './migrate.ts'

const SETTINGS = [
  // The side that waits for the other sits in its transaction meanwhile.
  'set idle_in_transaction_session_timeout = 0',
  'set tcp_keepalives_idle = 10',
  'set tcp_keepalives_interval = 5',
  'set tcp_keepalives_count = 3',
]

/**
 * One instance of the server leads as long as it runs, and every commit takes the lock of the log: with both in hand
 * no server is there, and one that starts all the same cannot commit.
 */
const LOCKS = { 'try lead': TRY_LEAD, 'try log': TRY_LOG }
/** The connection of a process that was killed holds its locks until the server notices, ms. */
const PATIENCE = 5_000
const PAUSE = 100

/** Rejects with OpenError if there is no ledger in this schema, or a server uses it. */
export async function openPostgresSource(options: PostgresOptions): Promise<Source> {
  return opening(options, async (connection) => {
    const [found] = await connection.ask<{ there: boolean }>(
      'found',
      "select to_regclass('rollcall_schema') is not null as there",
    )
    if (!found?.there) {
      throw new OpenError('DATABASE_MISSING', `There is no ledger in ${where(options)}. Correct the address.`)
    }
    await prepare(connection, options, { unfinished: 'refuse' })
    await connection.ask('snapshot', 'begin isolation level repeatable read read only')
    return createSource(connection, options)
  })
}

/** Creates or updates the schema. Rejects with OpenError if a server uses it. */
export async function openPostgresTarget(options: PostgresOptions): Promise<Target> {
  return opening(options, async (connection) => {
    await prepare(connection, options, { unfinished: 'take' })
    const names = TABLES.map(({ name }) => name).join(', ')
    return {
      ...createSource(connection, options),
      unfinished: await isUnfinished(connection.client),
      begin: async () => void (await connection.ask('begin', `create table ${UNFINISHED} ()`)),
      async write(table, rows) {
        const whole = 'jid' in table.columns ? rows.map(withJidKey) : rows
        await connection.ask(`write ${table.name}`, insert(table), [JSON.stringify(whole)])
      },
      // Reading in order of an index needs to know that the tables are no longer empty.
      settle: async () => void (await connection.ask('settle', `analyze ${names}`)),
      finish: async () => void (await connection.ask('finish', `drop table ${UNFINISHED}`)),
    }
  })
}

async function opening<T>(
  options: PostgresOptions,
  open: (connection: Connection) => Promise<T>,
): Promise<T> {
  return connecting(options, { purpose: 'copy', settings: SETTINGS }, open)
}

/** What fails on the way is an OpenError, and ends the connection. */
export async function connecting<T>(
  options: PostgresOptions,
  use: Use,
  open: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(options, use).catch((error: unknown) => {
    const { message } = error as Error
    throw new OpenError(
      'DATABASE_UNREACHABLE',
      `${where(options)} cannot be reached: ${message}. Start it, or correct the address.`,
      error,
    )
  })
  try {
    return await open(connection)
  } catch (error) {
    await connection.end()
    if (error instanceof OpenError) throw error
    throw new OpenError(
      'DATABASE_UNUSABLE',
      `${where(options)} cannot be used: ${(error as Error).message}.`,
      error,
    )
  }
}

async function prepare(connection: Connection, options: PostgresOptions, opening: Opening): Promise<void> {
  for (const lock of Object.entries(LOCKS)) {
    for (const until = Date.now() + PATIENCE; !(await take(connection, lock, options.schema));) {
      if (Date.now() > until) {
        throw new OpenError(
          'DATABASE_LOCKED',
          `${where(options)} is in use by a server, or by another copy. Stop that one first.`,
        )
      }
      await pause(PAUSE)
    }
  }
  await migrate(connection, options.schema, opening)
}

async function take(connection: Connection, [name, sql]: [string, string], schema: string): Promise<boolean> {
  const [answer] = await connection.ask<{ locked: boolean }>(name, sql, [schema])
  return answer?.locked ?? false
}

function createSource(connection: Connection, options: PostgresOptions): Source {
  return {
    name: where(options),
    async count({ name }) {
      const [row] = await connection.ask<{ count: number }>(`count ${name}`, `select count(*) from ${name}`)
      return row?.count ?? 0
    },
    async *slices(table) {
      let last: unknown[] | undefined
      for (;;) {
        const name = `slice ${table.name} ${last ? 'next' : 'first'}`
        const slice = await connection.ask<Row>(name, select(table, last !== undefined), last)
        if (slice.length > 0) yield slice
        if (slice.length < SLICE) return
        last = table.key.map((column) => slice.at(-1)?.[column])
      }
    },
    close: () => connection.end(),
  }
}

/** `next`: those after a key, given as parameters. */
function select({ name, key, columns }: Table, next: boolean): string {
  const wanted = Object.entries(columns).map(([column, type]) => `${READ[type](column)} as ${column}`)
  const order = key
    .map((column) => (columns[column] === 'text' ? `${column} collate "C"` : column))
    .join(', ')
  const after = next ? `where (${order}) > (${key.map((_, index) => `$${index + 1}`).join(', ')})` : ''
  return `select ${wanted.join(', ')} from ${name} ${after} order by ${order} limit ${SLICE}`
}

/** Rows come as JSON: one parameter, whatever their number. */
function insert({ name, columns }: Table): string {
  const key = 'jid' in columns ? { jid_key: 'text' as const } : {}
  const types = Object.entries<ColumnType>({ ...columns, ...key })
  const names = types.map(([column]) => column).join(', ')
  const values = types.map(([column, type]) => (column === 'jid_key' ? 'jid_key::uuid' : WRITE[type](column)))
  const given = types.map(([column, type]) => `${column} ${GIVEN[type]}`)
  return `insert into ${name} (${names}) select ${values.join(', ')} from json_to_recordset($1) as n (${given.join(', ')})`
}

function withJidKey(row: Row): Row {
  return { ...row, jid_key: jidKey(row['jid'] as string) }
}

type Expression = (column: string) => string

const asItIs: Expression = (column) => column

const READ = {
  number: asItIs,
  text: asItIs,
  boolean: (column) => `${column}::int`,
  json: (column) => `${column}::text`,
  bytes: (column) => `encode(${column}, 'hex')`,
} satisfies Record<ColumnType, Expression>

const WRITE = {
  number: asItIs,
  text: asItIs,
  boolean: (column) => `${column}::boolean`,
  json: (column) => `${column}::json`,
  bytes: (column) => `decode(${column}, 'hex')`,
} satisfies Record<ColumnType, Expression>

/** As which type each comes. */
const GIVEN = {
  number: 'bigint',
  text: 'text',
  boolean: 'int',
  json: 'text',
  bytes: 'text',
} satisfies Record<ColumnType, string>
