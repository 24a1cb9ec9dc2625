// What a copy asks of either side. Both are closed to every server until they are closed here.
import type { Row, Table } from './tables.ts'

/** Rows in one transaction of the target, and in memory at a time. */
export const SLICE = 5_000

export interface Source {
  /** What messages call it: without the password. */
  readonly name: string
  count(table: Table): Promise<number>
  /** Every row in the order of the key, SLICE at a time; only the last slice is shorter. One state throughout. */
  slices(table: Table): AsyncGenerator<Row[]>
  close(): Promise<void>
}

export interface Target extends Source {
  /** Whether a copy into it was begun and not finished. Until it is finished no server opens it. */
  readonly unfinished: boolean
  begin(): Promise<void>
  /** Adds these rows: all of them or, if it rejects, none. */
  write(table: Table, rows: Row[]): Promise<void>
  /** Called when everything is written, before it is read again. */
  settle(): Promise<void>
  finish(): Promise<void>
}

/** Whether a copy begun and not finished is in the way, is for who opens a database to say. */
export type Opening = { unfinished: 'refuse' | 'take' }
