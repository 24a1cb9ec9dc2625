// The advisory locks, in one place: who waits for whom depends on their names.

/** $1 is the schema, so that several ledgers can share a database. */
const KEYS = {
  /** Of the transaction that numbers the log, or of a copy. */
  log: "hashtext('rollcall log'), hashtext($1)",
  /** Of the session that does what only one may do, or of a copy. */
  lead: "hashtext('rollcall lead'), hashtext($1)",
  /** Of the session that makes the tables. */
  schema: "hashtext('rollcall schema'), hashtext($1)",
}

/** Until the transaction ends. Whoever has it knows that all earlier holders have committed or never will. */
export const LOCK_LOG = `select pg_advisory_xact_lock(${KEYS.log})`
/** The same; says whether another had it. Once taken, it is only counted when it is taken again. */
export const LOCK_LOG_OR_WAIT = `select case when pg_try_advisory_xact_lock(${KEYS.log}) then false
  else pg_advisory_xact_lock(${KEYS.log})::text is not null end as waited`

/** Until the session ends, if nobody has it. Asked again, a lock that is held would be held twice. */
export const TRY_LEAD = `select pg_try_advisory_lock(${KEYS.lead}) as locked`
export const TRY_LOG = `select pg_try_advisory_lock(${KEYS.log}) as locked`

/** Whoever comes second waits, and finds the work done. */
export const LOCK_SCHEMA = `select pg_advisory_lock(${KEYS.schema})`
export const UNLOCK_SCHEMA = `select pg_advisory_unlock(${KEYS.schema})`
