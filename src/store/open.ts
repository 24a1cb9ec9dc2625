// Opens the store that the settings name.
import { where } from './postgres/connection.ts'
import { openPostgres } from './postgres/store.ts'
import { openSqlite } from './sqlite/store.ts'
import type { Store } from './store.ts'

export type StoreOptions = {
  /** A file for SQLite, or postgres://… */
  database: string
  /** The PostgreSQL schema that holds everything of ours. */
  schema: string
  /** Commands that may wait for a commit before the store is busy. */
  queueLimit: number
  /** Commands in one transaction at most. */
  batchSize?: number
  /** The URL of the module whose `views` json() writes: see Views. Without it json() rejects. */
  views?: string
  /** Called once if the store has lost a part of itself for good: the process must end. */
  onLost: (error: Error) => void
  /** Called with the reason when the commits of other instances are not heard any more, and with null when they are. */
  onHearing?: (lost: Error | null) => void
}

export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:\/\//.test(database)
}

/** Rejects with OpenError if the database cannot be used; it is left as it was. */
export function openStore({ database, schema, onLost, onHearing, ...others }: StoreOptions): Promise<Store> {
  return isPostgres(database)
    ? openPostgres({ url: database, schema, ...others, ...(onHearing && { onHearing }) })
    : openSqlite({ path: database, onLost, ...others })
}

/** What the log may say of it: no password. */
export function nameOf({ database, schema }: Pick<StoreOptions, 'database' | 'schema'>): string {
  return isPostgres(database) ? where({ url: database, schema }) : database
}
