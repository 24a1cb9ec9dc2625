// The store on PostgreSQL: one connection that commits batches, a few that read.
import { createBatcher } from '../batcher.ts'
import type { Command } from '../../ledger/command.ts'
import { OpenError } from '../errors.ts'
import type { Answer, Request, Store } from '../store.ts'
import {
  connect,
  PATIENCE,
  Reconnecting,
  where,
  type Connection,
  type PostgresOptions,
} from './connection.ts'
import { removeDemo } from './demo.ts'
import type { Ask } from './dialect.ts'
import { loadViews } from '../views.ts'
import { createMeetings } from './meetings.ts'
import { migrate } from './migrate.ts'
import { createQueries } from './queries.ts'
import { Session } from './session.ts'
import { Writer } from './writer.ts'

export type PostgresStoreOptions = PostgresOptions & {
  /** Commands that may wait for a commit before the store is busy. */
  queueLimit: number
  /** Commands in one transaction at most. */
  batchSize?: number
  /** See StoreOptions. */
  views?: string
  /** Called with the reason when the commits of other instances are not heard any more, and with null when they are. */
  onHearing?: (lost: Error | null) => void
}

/** An answer that may not be known yet; in an object, for a promise of a promise would wait for both. */
type Outcome = { answer: Promise<Answer> }

/** Each batch costs two round trips and an fsync whatever its size, so a large one is worth waiting for. */
const BATCH_SIZE = 512
/** A long report in one leaves the others free for quick questions. */
const READERS = 3
/** What nobody waits for any more is not finished: see PATIENCE. */
const READ_SETTINGS = [`set statement_timeout = ${PATIENCE}`]

/** Brings the schema up to date. Rejects with OpenError if the database cannot be used. */
export async function openPostgres({
  queueLimit,
  batchSize = BATCH_SIZE,
  views,
  onHearing = () => {},
  ...options
}: PostgresStoreOptions): Promise<Store> {
  const show = await loadViews(views)
  await prepare(options)
  const writer = new Writer(options)
  const readers = Array.from(
    { length: READERS },
    () =>
      new Reconnecting(() =>
        connect(options, { purpose: 'reader', settings: READ_SETTINGS, patience: PATIENCE }),
      ),
  )
  const appended = new Set<(seq: number) => void>()
  const onAppend = (seq: number) => appended.forEach((told) => told(seq))
  const session = new Session(options, { onAppend, onHearing })
  let turn = 0
  let listener: (size: number) => void = () => {}

  async function commit(requests: Request[], more: () => Request[]): Promise<Outcome[]> {
    const committed = await writer.commit(requests, more)
    if ('answers' in committed) {
      if (requests.length > 0) listener(requests.length)
      return committed.answers.map((answer) => ({ answer: Promise.resolve(answer) }))
    }
    // Those alone that were in it wait; the next batch begins.
    const later = committed.later.then((answers) => {
      listener(requests.length)
      return answers
    })
    return requests.map((_, index) => ({ answer: later.then((answers) => answers[index] as Answer) }))
  }

  const batcher = createBatcher(commit, { limit: queueLimit, size: batchSize })

  async function submitAll(requests: Request[]): Promise<Answer[]> {
    const outcomes = await batcher.submit(requests)
    return Promise.all(outcomes.map(({ answer }) => answer))
  }

  const ask: Ask = async (name, text, values) => {
    turn = (turn + 1) % readers.length
    const reader = readers[turn] as Reconnecting
    return (await reader.get()).ask(name, text, values)
  }
  const queries = createQueries(ask)

  return {
    submit: async <C extends Command>(request: Request<C>) => (await submitAll([request]))[0] as Answer<C>,
    submitAll: async <C extends Command>(requests: Request<C>[]) =>
      (await submitAll(requests)) as Answer<C>[],
    ...queries,
    ...createMeetings(ask),
    json: async (name, query, now) => show(await queries[name](query as never), { name, query, now }),
    removeDemo: () => removeDemo(options),
    async ready() {
      await Promise.all([queries.room(''), commit([], () => [])])
    },
    waiting: () => batcher.waiting(),
    onCommit: (added) => {
      listener = added
    },
    onAppend: (told) => void appended.add(told),
    lead: (work) => session.lead(work),
    async close() {
      await session.end()
      await batcher.close()
      await Promise.all([writer.close(), ...readers.map((reader) => reader.end())])
    },
  }
}

/** Creates or updates the schema. The first connection tells whether the database can be used at all. */
async function prepare(options: PostgresOptions): Promise<void> {
  const connection = await connect(options, { purpose: 'start' }).catch((error: unknown) => {
    throw new OpenError('DATABASE_UNREACHABLE', unreachable(options, error as Error), error)
  })
  try {
    await refuseSharedSessions(connection, options)
    await migrate(connection, options.schema)
  } catch (error) {
    if (error instanceof OpenError) throw error
    throw new OpenError(
      'DATABASE_UNUSABLE',
      `${where(options)} cannot be used: ${(error as Error).message}.`,
      error,
    )
  } finally {
    await connection.end()
  }
}

const PID = 'select pg_backend_pid() as pid'

/**
 * A pooler that shares connections between transactions gives one that is idle to two at once. Through it settings such
 * as search_path and locks reach whoever comes next: verdicts were wrong, and two instances led.
 */
async function refuseSharedSessions(one: Connection, options: PostgresOptions): Promise<void> {
  const other = await connect(options, { purpose: 'start' })
  try {
    const pids = [
      await one.client.query<{ pid: number }>(PID),
      await other.client.query<{ pid: number }>(PID),
    ]
    if (pids[0]?.rows[0]?.pid !== pids[1]?.rows[0]?.pid) return
    throw new OpenError(
      'DATABASE_UNUSABLE',
      `${where(options)} is a pooler that shares sessions. Set it to session mode, or name PostgreSQL itself.`,
    )
  } finally {
    await other.end()
  }
}

function unreachable(options: PostgresOptions, { message }: Error): string {
  return `${where(options)} cannot be reached: ${message}. Start it, or correct ROLLCALL_DATABASE.`
}
