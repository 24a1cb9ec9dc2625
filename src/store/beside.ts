// Opens a ledger for reports, beside the server that keeps it: nothing is locked, created or updated.
import { isPostgres } from './open.ts'
import { openPostgresBeside } from './postgres/beside.ts'
import { createMeetings } from './sqlite/meetings.ts'
import { openBeside } from './sqlite/open.ts'
import type { MeetingSource } from './store.ts'

export type Place = {
  /** A file for SQLite, or postgres://… */
  database: string
  /** The PostgreSQL schema. */
  schema: string
}

/** Rejects with OpenError if there is no ledger, or none that this program can read. */
export async function openForReports({ database, schema }: Place): Promise<MeetingSource> {
  if (isPostgres(database)) return openPostgresBeside({ url: database, schema })
  const db = openBeside(database)
  const read = createMeetings(db)
  return {
    meetings: async (query) => read.meetings(query),
    attendedStays: async (query) => read.attendedStays(query),
    close: async () => void db.close(),
  }
}
