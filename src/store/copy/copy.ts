// Moves a ledger: row after row in the order of their keys, then both sides are held against each other.
import { createHash } from 'node:crypto'
import { OpenError, StoreUnavailable } from '../errors.ts'
import { SLICE, type Source, type Target } from './side.ts'
import { TABLES, type Row, type Table } from './tables.ts'

/** `sha256`: over the rows as JSON, in the order of the key, a line each. */
export type Sum = { table: string; rows: number; sha256: string }

export type Copied = {
  source: Sum[]
  target: Sum[]
  /** Rows that were not there yet. */
  written: number
}

export type Watch = {
  /** Called before the first row, with the number of rows in the source. */
  start(phase: 'copying' | 'checking', total: number): void
  advance(rows: number): void
  /** Stops after the slice that is under way; the copy rejects with its reason. */
  signal: AbortSignal
}

/**
 * Copies what the target lacks, then reads the target again and compares. Where a former copy was stopped is seen from
 * the rows that are there: they must be the first of the source. Rejects with OpenError if the target holds anything
 * else, before anything is written, or if something failed on the way; what was written stays.
 */
export async function copyLedger(source: Source, target: Target, watch: Watch): Promise<Copied> {
  try {
    const total = await countAll(source)
    // A ledger that is no unfinished copy belongs to somebody: nothing is added to it.
    let mayWrite = target.unfinished
    if (!mayWrite && (await countAll(target)) === 0) {
      await target.begin()
      mayWrite = true
    }
    watch.start('copying', total)
    let written = 0
    const sums: Sum[] = []
    for (const table of TABLES) {
      const { added, ...sum } = await copyTable(table, source, target, watch, mayWrite)
      written += added
      sums.push(sum)
    }
    await target.settle()
    watch.start('checking', total)
    const found: Sum[] = []
    for (const table of TABLES) found.push(await sumOf(table, target, watch))
    const copied = { source: sums, target: found, written }
    if (mayWrite && same(copied)) await target.finish()
    return copied
  } catch (error) {
    throw isFailure(error) ? brokenOff(error) : error
  }
}

export function same({ source, target }: Copied): boolean {
  return JSON.stringify(source) === JSON.stringify(target)
}

async function countAll(side: Source): Promise<number> {
  let rows = 0
  for (const table of TABLES) rows += await side.count(table)
  return rows
}

async function copyTable(table: Table, source: Source, target: Target, watch: Watch, mayWrite: boolean) {
  const sum = createSum(table)
  const present = target.slices(table)
  let whole = true
  let added = 0
  for await (const rows of source.slices(table)) {
    watch.signal.throwIfAborted()
    const held: Row[] = whole ? ((await present.next()).value ?? []) : []
    whole = held.length === SLICE
    compare(table, rows, held, target)
    const missing = rows.slice(held.length)
    if (missing.length > 0) {
      if (!mayWrite) throw occupied(table, missing[0], target)
      await target.write(table, missing)
    }
    added += missing.length
    sum.add(rows)
    watch.advance(rows.length)
  }
  const { value: more } = whole ? await present.next() : { value: undefined }
  await present.return(undefined)
  if (more) throw occupied(table, more[0], target)
  return { added, ...sum.end() }
}

function compare(table: Table, rows: Row[], held: Row[], target: Target): void {
  const odd = held.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(rows[index]))
  if (odd !== -1) throw occupied(table, held[odd], target)
}

async function sumOf(table: Table, side: Source, watch: Watch): Promise<Sum> {
  const sum = createSum(table)
  for await (const rows of side.slices(table)) {
    watch.signal.throwIfAborted()
    sum.add(rows)
    watch.advance(rows.length)
  }
  return sum.end()
}

function createSum(table: Table) {
  const hash = createHash('sha256')
  let count = 0
  return {
    add(rows: Row[]): void {
      count += rows.length
      for (const row of rows) hash.update(JSON.stringify(row) + '\n')
    },
    end: (): Sum => ({ table: table.name, rows: count, sha256: hash.digest('hex') }),
  }
}

/** The row is named by its number alone: other keys may be what somebody chose, or is. */
function occupied(table: Table, row: Row | undefined, target: Target): OpenError {
  const key =
    table.columns[table.key[0] ?? ''] === 'number' ? ` ${table.key[0]} ${row?.[table.key[0] ?? '']}` : ''
  return new OpenError(
    'DATABASE_OCCUPIED',
    `${target.name} holds another ledger than the source, or one of the two has gone on since they were copied ` +
      `(first difference: ${table.name}${key}). Choose an empty target, or empty this one if nobody needs it.`,
  )
}

/** The disk, the server, the line, or what one engine takes and the other does not; all else is a defect. */
function isFailure(error: unknown): error is Error {
  if (error instanceof StoreUnavailable) return true
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && (SQLITE_FAILURE.test(code) || SQLSTATE_FAILURE.test(code))
}

/** Not those that say: the statement is wrong. A SQLSTATE has a digit, which a code of Node has not. */
const SQLITE_FAILURE = /^SQLITE_(?!ERROR$|MISUSE)/
const SQLSTATE_FAILURE = /^(?=\D*\d)(?!42)[0-9A-Z]{5}$/

function brokenOff(error: Error): OpenError {
  return new OpenError(
    'DATABASE_UNUSABLE',
    `The copy broke off: ${error.message}. What was copied stays; the same command goes on from there.`,
    error,
  )
}
