// A PostgreSQL schema, read beside the servers that keep it.
import { OpenError } from '../errors.ts'
import type { MeetingSource } from '../store.ts'
import { where, type PostgresOptions } from './connection.ts'
import { connecting } from './copy.ts'
import { createMeetings } from './meetings.ts'
import { LATEST, newer, versionOf } from './migrate.ts'

/** Rejects with OpenError if there is no ledger in this schema, or none that this program can read. */
export async function openPostgresBeside(options: PostgresOptions): Promise<MeetingSource> {
  return connecting(options, { purpose: 'report' }, async (connection) => {
    const [found] = await connection.ask<{ there: boolean }>(
      'found',
      "select to_regclass('rollcall_schema') is not null as there",
    )
    if (!found?.there) {
      throw new OpenError('DATABASE_MISSING', `There is no ledger in ${where(options)}. Correct the address.`)
    }
    const version = await versionOf(connection.client)
    if (version > LATEST) throw newer(options.schema, version)
    if (version < LATEST) {
      throw new OpenError(
        'DATABASE_OLDER',
        `The schema ${options.schema} was written by an older Rollcall (${version}). Start this one's server once: ` +
          'it updates it.',
      )
    }
    return {
      ...createMeetings((name, text, values) => connection.ask(name, text, values)),
      close: () => connection.end(),
    }
  })
}
