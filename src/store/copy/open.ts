// Opens the two sides of a copy, whichever engine keeps them.
import { openPostgresSource, openPostgresTarget } from '../postgres/copy.ts'
import { isPostgres } from '../open.ts'
import { openSqliteSource, openSqliteTarget } from '../sqlite/copy.ts'
import type { Source, Target } from './side.ts'

export type Place = {
  /** A file for SQLite, or postgres://… */
  database: string
  /** The PostgreSQL schema. */
  schema: string
}

/** Rejects with OpenError if there is no ledger, if a server uses it, or if it cannot be used. */
export async function openSource({ database, schema }: Place): Promise<Source> {
  return isPostgres(database) ? openPostgresSource({ url: database, schema }) : openSqliteSource(database)
}

/** Creates what is missing. Rejects with OpenError if a server uses it, or if it cannot be used. */
export async function openTarget({ database, schema }: Place): Promise<Target> {
  return isPostgres(database) ? openPostgresTarget({ url: database, schema }) : openSqliteTarget(database)
}
