// Opens a database file for the one writer: looks before it touches, then locks, then migrates.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import type { Opening } from '../copy/side.ts'
import { OpenError, unfinishedCopy } from '../errors.ts'
import { readMigrations } from '../migrate.ts'
import { personId } from '../person.ts'
import { searchText } from '../search.ts'

export type Db = Database.Database

/** In the header of every file of ours: 'Roll' (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x526f6c6c
const MAGIC = 'SQLite format 3\0'
/** A table that is there while a copy into the database is not finished. */
export const UNFINISHED = 'rollcall_copy'
/** How long a commit may wait for another process that reads or backs up the file, ms. */
const BUSY_TIMEOUT = 5_000

const migrations = readMigrations(join(import.meta.dirname, 'migrations'))

/**
 * Opens `path` for writing and keeps every other server out until `close`.
 * Throws OpenError, the file untouched, if it cannot be used as it stands.
 */
export function openForWriting(
  path: string,
  { unfinished }: Opening = { unfinished: 'refuse' },
): { db: Db; close: () => void } {
  const file = resolve(path)
  inspect(file)
  const lock = takeLock(file)
  try {
    if (sizeOf(file) > 0) inspectSchema(file, unfinished)
    const db = new Database(file, { timeout: BUSY_TIMEOUT })
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    // Checkpoints stay at SQLite's own size: with larger ones the latency of the slowest requests rose and throughput
    // did not (npm run bench -- steady). A log that grew behind a long read is cut back to 64 MiB.
    db.pragma('journal_size_limit = 67108864')
    db.pragma('foreign_keys = ON')
    // 8 MiB of pages; what else is needed comes from the system's cache. Not more: below 1 GiB of file most commits look at
    // every page that is held (a b-tree that is balanced names one after the lock page, which is beyond the end), and with
    // 64 MiB a join and its leave took a quarter more CPU in small batches, and no less in large ones.
    db.pragma('cache_size = -8192')
    migrate(db)
    return {
      db,
      close: () => {
        db.close()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    if (error instanceof OpenError) throw error
    throw new OpenError('DATABASE_UNUSABLE', `${file} cannot be used: ${(error as Error).message}.`, error)
  }
}

/** Opens `path`, which a writer has opened before, for questions only. */
export function openForReading(path: string): Db {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT })
  db.pragma('query_only = ON')
  // 8 MiB of pages. A commit of the writer empties the cache of every reader, and of a reader that maps the file it takes the
  // map away: the page faults after that cost a third more than reading the pages from the system's cache again.
  db.pragma('cache_size = -8192')
  return db
}

/**
 * Opens `path` for questions beside whoever writes it, or nobody. Throws OpenError if there is no ledger in it that this
 * program can read; nothing is created or updated.
 */
export function openBeside(path: string): Db {
  const file = resolve(path)
  if (sizeOf(file) <= 0)
    throw new OpenError('DATABASE_MISSING', `There is no ledger at ${file}. Correct the path.`)
  try {
    inspectFormat(file)
    inspectSchema(file, 'refuse')
    const db = openForReading(file)
    const version = schemaVersion(db)
    if (version === migrations.length) return db
    db.close()
    throw new OpenError(
      'DATABASE_OLDER',
      `${file} was written by an older Rollcall (schema ${version}). Start this one's server once: it updates it.`,
    )
  } catch (error) {
    if (error instanceof OpenError) throw error
    throw new OpenError('DATABASE_UNUSABLE', `${file} cannot be read: ${(error as Error).message}.`, error)
  }
}

function inspect(file: string): void {
  const folder = dirname(file)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new OpenError(
      'DATABASE_FOLDER_MISSING',
      `The folder of the database, ${folder}, does not exist. Create it with: mkdir -p ${folder}`,
    )
  }
  const size = sizeOf(file)
  for (const path of size === -1 ? [folder] : [folder, file]) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK)
    } catch (error) {
      throw new OpenError(
        'DATABASE_NOT_WRITABLE',
        `${path} is not writable by the user that runs the server. SQLite needs the file and its folder.`,
        error,
      )
    }
  }
  if (size > 0) inspectFormat(file)
}

function inspectFormat(file: string): void {
  if (readStart(file) === MAGIC) return
  throw new OpenError('DATABASE_NOT_SQLITE', `${file} is not an SQLite database. Choose another file.`)
}

/** -1 where there is no file. A folder or device in its place is not SQLite. */
function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found && !found.isFile()) {
    throw new OpenError('DATABASE_NOT_SQLITE', `${file} is not a file. Choose another path.`)
  }
  return found?.size ?? -1
}

function readStart(file: string): string {
  const start = Buffer.alloc(MAGIC.length)
  const descriptor = openSync(file, 'r')
  readSync(descriptor, start, 0, start.length, 0)
  closeSync(descriptor)
  return start.toString('latin1')
}

/**
 * A lock that the system drops with the process, even after kill −9: an exclusive transaction on a file beside
 * the database that stays empty. WAL itself would let two servers write in turns.
 */
function takeLock(file: string): Db {
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    throw new OpenError(
      'DATABASE_LOCKED',
      `${file} is in use by another server. Stop that one first, or choose another file.`,
      error,
    )
  }
}

/** Read-only, because closing a writing connection would fold a foreign log into the file. */
function inspectSchema(file: string, unfinished: Opening['unfinished']): void {
  const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT })
  try {
    const tables = db.prepare('select count(*) from sqlite_schema').pluck().get()
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID && tables !== 0) {
      throw new OpenError('DATABASE_FOREIGN', `${file} belongs to another program. Choose another file.`)
    }
    const version = schemaVersion(db)
    if (version > migrations.length) {
      throw new OpenError(
        'DATABASE_NEWER',
        `${file} was written by a newer Rollcall (schema ${version}, this one knows ${migrations.length}). ` +
          'Update Rollcall, or restore the backup made before that update.',
      )
    }
    if (unfinished === 'refuse' && isUnfinished(db)) throw unfinishedCopy(file)
  } finally {
    db.close()
  }
}

export function isUnfinished(db: Db): boolean {
  return db.prepare('select 1 from sqlite_schema where name = ?').get(UNFINISHED) !== undefined
}

function migrate(db: Db): void {
  registerRules(db)
  for (const { version, sql } of migrations.slice(schemaVersion(db))) {
    db.transaction(() => {
      db.pragma(`application_id = ${APPLICATION_ID}`)
      db.pragma(`user_version = ${version}`)
      db.exec(sql)
    }).immediate()
  }
}

/** Rules that migrations apply to the rows that are there: they stand in the program, not in SQL. */
function registerRules(db: Db): void {
  type Text = string | null
  db.function('search_text', { varargs: true }, (...texts: unknown[]) => searchText(...(texts as Text[])))
  db.function('person_of', (userId: unknown, email: unknown, jid: unknown, nick: unknown) =>
    personId({ userId: userId as Text, email: email as Text, jid: jid as string, nick: nick as string }),
  )
}

function schemaVersion(db: Db): number {
  return db.pragma('user_version', { simple: true }) as number
}
