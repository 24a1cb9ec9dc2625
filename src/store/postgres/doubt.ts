// A commit whose answer was lost with the connection: it may have happened or not, and the log knows.
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Logged } from '../../ledger/event.ts'
import { StoreUnavailable } from '../errors.ts'
import { connect, PATIENCE, type PostgresOptions } from './connection.ts'
import { LOCK_LOG } from './locks.ts'
import { eventRow } from './write.ts'

/** Not pg_xact_status: after a crash PostgreSQL gives the number of a lost transaction to the next one. */
const EVENT = 'select seq, type, at, received_at, inferred, room, stay, data from events where seq = $1'
/** Before asking again, ms. */
const PAUSE = 100

/**
 * Resolves with whether the commit that logged this event has happened, however long the database cannot be asked: any
 * answer before that could be false. Rejects only when the signal says so.
 */
export async function happened(
  options: PostgresOptions,
  event: Logged,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const row = await find(options, event.seq).catch(() => undefined)
    if (row !== undefined) return isDeepStrictEqual({ ...row }, eventRow(event))
    await pause(PAUSE, undefined, { signal }).catch(() => {})
  }
  throw new StoreUnavailable('the store was closed before it was known whether a commit has happened')
}

/** Null if the log is not that long. */
async function find(options: PostgresOptions, seq: number): Promise<object | null> {
  const connection = await connect(options, { purpose: 'outcome', patience: PATIENCE })
  try {
    await connection.ask('lock', LOCK_LOG, [options.schema])
    const [row] = await connection.ask<object>('event', EVENT, [seq])
    return row ?? null
  } finally {
    await connection.end()
  }
}
