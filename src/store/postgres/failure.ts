// What went wrong, by SQLSTATE: may it help to ask again, and is the connection still of use?
import pg from 'pg'
import { StoreUnavailable } from '../errors.ts'

/** Two writers met: the batch is to be judged again, on what the other one left. */
export class Conflict extends StoreUnavailable {
  override name = 'Conflict'
}

/**
 * serialization_failure, deadlock_detected, unique_violation (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 * Instances do not give one another any of these, for the lock of the log is held from the load to the commit: they come
 * from what others write or lock in our tables, and the first from databases that speak PostgreSQL's protocol and have
 * no such lock.
 */
const CONFLICTS = new Set(['40001', '40P01', '23505'])

/**
 * What is a matter of the server, its disk or its load: connection, resources, operator intervention, system error, a
 * read-only or broken-off transaction, a lock or object not available, rights, authorisation, no such database; and
 * what breaks by itself: internal errors, its files.
 */
const OUTSIDE = /^(08|53|57|58|25|28|55|3D|42501|XX|F0|40)/

/**
 * The connection is of no use any more. 57P: the server shuts down or has crashed. 26000, 42P05: something between us
 * and the server does not keep prepared statements to their connection; the next connection knows them again.
 */
const BROKEN = /^(08|57P|26000|42P05)/

/** Whatever has no SQLSTATE came from this side: it broke, was refused, or no answer came in time. */
export function isBroken(error: Error): boolean {
  const code = sqlState(error)
  return code === undefined || BROKEN.test(code)
}

/** StoreUnavailable where asking again is right; a defect as it is. */
export function understand(error: Error): Error {
  const code = sqlState(error)
  const message = `${code ?? (error as NodeJS.ErrnoException).code ?? 'no connection'}: ${error.message}`
  if (code !== undefined && CONFLICTS.has(code)) return new Conflict(message, { cause: error })
  if (code !== undefined && !OUTSIDE.test(code) && !BROKEN.test(code)) return error
  return new StoreUnavailable(message, { cause: error })
}

/** Not by the form of the code: EPIPE could be one. */
function sqlState(error: Error): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}
