// rollcall copy: moves a ledger to another database, whichever engines they are, and proves that it is the same.
import { resolve } from 'node:path'
import { Command } from 'commander'
import { SettingError, settings } from '../config.ts'
import { copyLedger, same, type Copied } from '../store/copy/copy.ts'
import { openSource, openTarget, type Place } from '../store/copy/open.ts'
import { OpenError } from '../store/errors.ts'
import { isPostgres } from '../store/open.ts'
import { count, createProgress } from './progress.ts'

type Flags = { from: string; to: string; fromSchema?: string; toSchema?: string }

/** As a shell has it for a process that SIGINT ended. */
const INTERRUPTED = 130

export function copyCommand(): Command {
  const database = settings.database.value
  return new Command('copy')
    .description(
      'Copy a ledger to another database, while no server runs on either. Goes on where it was stopped.',
    )
    .requiredOption(`--from <${database}>`, 'SQLite file or postgres://user@host/name to read')
    .requiredOption(
      `--to <${database}>`,
      'SQLite file or postgres://user@host/name to write: empty, or missing',
    )
    .option('--from-schema <name>', `PostgreSQL schema to read, default ${settings.schema.default}`)
    .option('--to-schema <name>', `PostgreSQL schema to write, default ${settings.schema.default}`)
    .action(copy)
}

async function copy(flags: Flags): Promise<void> {
  const from = place('from', flags.from, flags.fromSchema)
  const to = place('to', flags.to, flags.toSchema)
  if (isSame(from, to)) throw new SettingError('--from and --to are the same database')

  const source = await openSource(from)
  try {
    const target = await openTarget(to)
    try {
      process.stderr.write(`from ${source.name}\nto   ${target.name}\n`)
      const progress = createProgress(process.stderr)
      const begun = Date.now()
      let copied = begun
      const result = await copyLedger(source, target, {
        start(phase, total) {
          if (phase === 'checking') copied = Date.now()
          progress.start(phase, total)
        },
        advance: progress.advance,
        signal: onInterrupt(),
      }).finally(progress.end)
      report(result, { copying: copied - begun, checking: Date.now() - copied }, to)
    } finally {
      await target.close()
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    process.stderr.write('Stopped. What was copied stays; the same command goes on from there.\n')
    process.exitCode = INTERRUPTED
  } finally {
    await source.close()
  }
}

class Interrupted extends Error {}

/** The first signal lets the slice under way be written, the second ends at once; neither loses anything. */
function onInterrupt(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Interrupted()))
  }
  return stopping.signal
}

function report(result: Copied, took: { copying: number; checking: number }, to: Place): void {
  const lines = result.source.map(({ table, rows, sha256 }, index) => {
    const found = result.target[index]
    const equal = found?.rows === rows && found.sha256 === sha256
    const line = `${table.padEnd(10)} ${count(rows).padStart(13)} rows  sha256 ${sha256}`
    const other = `\n${'target'.padEnd(10)} ${count(found?.rows ?? 0).padStart(13)} rows  sha256 ${found?.sha256}`
    return equal ? line : `${line}${other}   DIFFERS`
  })
  process.stdout.write(lines.join('\n') + '\n')
  if (!same(result)) {
    throw new OpenError(
      'DATABASE_DIFFERS',
      'The target is not what the source is: something else writes to it. Empty it and copy again; no server ' +
        'starts on it as it is.',
    )
  }
  const rate = count(Math.round((result.written * 1_000) / Math.max(took.copying, 1)))
  const copied =
    result.written === 0
      ? `Nothing was left to copy; compared in ${seconds(took.copying + took.checking)}`
      : `Copied ${count(result.written)} rows in ${seconds(took.copying)} (${rate} rows/s), ` +
        `checked in ${seconds(took.checking)}`
  const schema = isPostgres(to.database) && to.schema !== settings.schema.default ? to.schema : undefined
  process.stdout.write(
    `${copied}: both sides hold the same ledger.\n` +
      `To switch over, set ${settings.database.env} to the address given as --to` +
      `${schema ? ` and ${settings.schema.env} to ${schema}` : ''}, and start the server.\n`,
  )
}

function place(side: 'from' | 'to', database: string, schema: string | undefined): Place {
  const parsed = parse(`--${side}`, settings.database, database)
  if (schema !== undefined && !isPostgres(parsed)) {
    throw new SettingError(`--${side}-schema is for PostgreSQL, and --${side} is a file`)
  }
  return {
    database: parsed,
    schema: parse(`--${side}-schema`, settings.schema, schema ?? settings.schema.default),
  }
}

function parse(flag: string, setting: { parse(text: string): string }, text: string): string {
  try {
    if (text.trim() === '') throw new SettingError('a file or an address')
    return setting.parse(text.trim())
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError(`${flag} must be ${error.message}`)
    throw error
  }
}

function isSame(one: Place, other: Place): boolean {
  if (isPostgres(one.database)) return one.database === other.database && one.schema === other.schema
  return resolve(one.database) === resolve(other.database)
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
