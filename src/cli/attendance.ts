// rollcall attendance: who attended a meeting or a course, as a file, straight from the database.
import { extname } from 'node:path'
import { Command, Option } from 'commander'
import { FORMATS, courseQuestion, meetingQuestion, type Format } from '../api/attendance-query.ts'
import { NONE, TOO_MANY } from '../api/attendance-schema.ts'
import { write } from '../api/attendance-file.ts'
import { SettingError, settings } from '../config.ts'
import { readAttendance, TooManyMeetings } from '../export/attendance.ts'
import { COLUMN_NAMES } from '../export/columns.ts'
import { InvalidInput } from '../ingest/invalid.ts'
import { openForReports } from '../store/beside.ts'
import { createProgress } from './progress.ts'
import { save } from './save.ts'

type Flags = {
  room?: string
  format?: Format
  output?: string
  database: string
  schema: string
} & Record<string, unknown>

export function attendanceCommand(): Command {
  const { database, schema } = settings
  return new Command('attendance')
    .description(
      'Write who attended a meeting, or all meetings of a room. Reads the database; a server may run meanwhile.',
    )
    .argument('[session]', 'the meeting')
    .option('--room <jid>', 'instead of a session: all meetings of this room')
    .addOption(new Option('--format <format>', 'default: by the name of the file, else csv').choices(FORMATS))
    .option('-o, --output <file>', 'file to write; without it, standard output')
    .option('--from <time>', 'only what was at or after: RFC 3339, or a day or time in the zone')
    .option('--to <time>', 'only what was before')
    .option('--tz <zone>', 'time zone of the file, default UTC')
    .option('--columns <names>', `some of ${COLUMN_NAMES.join(',')}`)
    .option('--threshold <percent>', 'of the meeting, to count as present, default 85')
    .option('--gap <seconds>', 'stays so close together count as one, default 0')
    .option(
      '--exclude <name>',
      'name or email to leave out; said again for each',
      (name, names: string[] | undefined) => [...(names ?? []), name],
    )
    .option('--guests <rule>', 'merge or separate guests of one name, default merge')
    .option('--no-emails', 'without emails')
    .option('--no-notes', 'without the lines below the table of a CSV')
    .addOption(
      new Option(`--database <${database.value}>`, 'SQLite file or postgres://…')
        .env(database.env)
        .default(database.default),
    ) // prettier-ignore
    .addOption(
      new Option(`--schema <${schema.value}>`, 'PostgreSQL schema').env(schema.env).default(schema.default),
    ) // prettier-ignore
    .action(attendance)
}

async function attendance(session: string | undefined, flags: Flags): Promise<void> {
  const { room, output, database, schema, ...query } = flags
  if ((session === undefined) === (room === undefined)) {
    throw new SettingError('name either the session of a meeting or --room with the JID of a room')
  }
  const format = flags.format ?? formatOf(output)
  if (format === 'xlsx' && output === undefined && process.stdout.isTTY) {
    throw new SettingError('an XLSX file does not belong on a terminal: give it a name with -o')
  }
  const place = { database: settings.database.parse(database), schema: settings.schema.parse(schema) }
  const subject = room === undefined ? { session: session ?? '' } : { room }
  const question = understood(() =>
    room === undefined ? meetingQuestion(query, Date.now()) : courseQuestion({ ...query, room }, Date.now()),
  )
  const source = await openForReports(place)
  try {
    const progress = createProgress(process.stderr, 'stays')
    const watch = { start: (stays: number) => progress.start('reading', stays), advance: progress.advance }
    const report = await readAttendance(source, subject, question.rules, watch).finally(progress.end)
    if (!report) throw new SettingError(NONE[room === undefined ? 'one' : 'all'])
    await save(write(report, format, question), output)
  } catch (error) {
    if (error instanceof TooManyMeetings) throw new SettingError(TOO_MANY)
    throw error
  } finally {
    await source.close()
  }
}

/** The same rules as for the API, the same sentences. */
function understood<T>(understand: () => T): T {
  try {
    return understand()
  } catch (error) {
    throw error instanceof InvalidInput ? new SettingError(error.message) : error
  }
}

function formatOf(output: string | undefined): Format {
  const extension = extname(output ?? '').slice(1)
  return FORMATS.find((format) => format === extension) ?? 'csv'
}
