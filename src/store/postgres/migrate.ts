// Brings the schema up to date, at the start of every instance; one of them at a time.
import { join } from 'node:path'
import pg from 'pg'
import type { Opening } from '../copy/side.ts'
import { OpenError, unfinishedCopy } from '../errors.ts'
import { readMigrations } from '../migrate.ts'
import { backfillPeople } from './backfill.ts'
import type { Connection } from './connection.ts'
import { LOCK_SCHEMA, UNLOCK_SCHEMA } from './locks.ts'

const migrations = readMigrations(join(import.meta.dirname, 'migrations'))

/** What a migration does besides its SQL, where a rule of the program is needed; in the same transaction. */
const STEPS: Record<string, (client: pg.Client) => Promise<void>> = { '0002-people.sql': backfillPeople }

/** The version that this program knows. */
export const LATEST = migrations.length

/** A table that is there while a copy into the schema is not finished. */
export const UNFINISHED = 'rollcall_copy'

/** Rejects with OpenError if the schema is newer than this program, or holds a copy that was not finished. */
export async function migrate(
  { client }: Connection,
  schema: string,
  { unfinished }: Opening = { unfinished: 'refuse' },
): Promise<void> {
  await client.query(LOCK_SCHEMA, [schema])
  try {
    // Not `if not exists`: that wants the right to create schemas even where this one was made for us.
    const { rows: schemas } = await client.query('select from pg_namespace where nspname = $1', [schema])
    if (schemas.length === 0) await client.query(`create schema ${pg.escapeIdentifier(schema)}`)
    await client.query('create table if not exists rollcall_schema (version integer primary key)')
    const version = await versionOf(client)
    if (version > LATEST) throw newer(schema, version)
    if (unfinished === 'refuse' && (await isUnfinished(client))) throw unfinishedCopy(`The schema ${schema}`)
    for (const { version: number, name, sql } of migrations.slice(version)) {
      // The version first.
      await client.query(`begin; insert into rollcall_schema values (${number}); ${sql}`)
      await STEPS[name]?.(client)
      await client.query('commit')
    }
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    await client.query(UNLOCK_SCHEMA, [schema]).catch(() => {})
  }
}

/** Rejects if the schema holds nothing of ours. */
export async function versionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from rollcall_schema',
  )
  return rows[0]?.version ?? 0
}

export function newer(schema: string, version: number): OpenError {
  return new OpenError(
    'DATABASE_NEWER',
    `The schema ${schema} was written by a newer Rollcall (${version}, this one knows ${LATEST}). ` +
      'Update Rollcall, or restore the backup made before that update.',
  )
}

export async function isUnfinished(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('${UNFINISHED}') is not null as there`,
  )
  return rows[0]?.there ?? false
}
