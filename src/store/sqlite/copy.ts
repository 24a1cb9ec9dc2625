// A SQLite file as one side of a copy.
import { statSync } from 'node:fs'
import { SLICE, type Source, type Target } from '../copy/side.ts'
import { TABLES, type ColumnType, type Row, type Table } from '../copy/tables.ts'
import { OpenError } from '../errors.ts'
import { isUnfinished, openForWriting, UNFINISHED, type Db } from './open.ts'

/** What else is done when a room ends: here it came as one that had. */
const KEEP = `insert or ignore into room_stays
  select r.id, (select stays from packed_stays where room = r.id) as stays from rooms r
  where r.ended_at is not null and stays is not null`

/** Rejects with OpenError if there is no ledger at this path, or a server uses it. */
export async function openSqliteSource(path: string): Promise<Source> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) {
    throw new OpenError('DATABASE_MISSING', `There is no ledger at ${path}. Correct the path.`)
  }
  const { db, close } = openForWriting(path)
  // The lock keeps servers out; this keeps one state, whoever else may write.
  db.exec('begin')
  return createSource(path, db, close)
}

/** Opens or creates the file. Rejects with OpenError if a server uses it. */
export async function openSqliteTarget(path: string): Promise<Target> {
  const { db, close } = openForWriting(path, { unfinished: 'take' })
  const inserts = new Map(TABLES.map((table) => [table, db.prepare(insert(table))]))
  const write = db.transaction((table: Table, rows: Row[]) => {
    for (const row of rows) inserts.get(table)?.run(row)
  })

  return {
    ...createSource(path, db, close),
    unfinished: isUnfinished(db),
    begin: async () => void db.exec(`create table ${UNFINISHED} (unused integer) strict`),
    write: async (table, rows) => write.immediate(table, rows),
    settle: async () => void db.exec(KEEP),
    finish: async () => void db.exec(`drop table ${UNFINISHED}`),
  }
}

function createSource(name: string, db: Db, close: () => void): Source {
  return {
    name,
    count: async ({ name }) => db.prepare(`select count(*) from ${name}`).pluck().get() as number,
    async *slices(table) {
      // One statement, not one for each slice: the answers are sorted for it, for lack of an index.
      let slice: Row[] = []
      for (const row of db.prepare<[], Row>(select(table)).iterate()) {
        slice.push(row)
        if (slice.length < SLICE) continue
        yield slice
        slice = []
      }
      if (slice.length > 0) yield slice
    },
    close: async () => close(),
  }
}

function select({ name, key, columns }: Table): string {
  const wanted = Object.entries(columns).map(([column, type]) => `${READ[type](column)} as ${column}`)
  return `select ${wanted.join(', ')} from ${name} order by ${key.join(', ')}`
}

function insert({ name, columns }: Table): string {
  const values = Object.entries(columns).map(([column, type]) => WRITE[type](column))
  return `insert into ${name} (${Object.keys(columns).join(', ')}) values (${values.join(', ')})`
}

type Expression = (column: string) => string

/** Null in these says: when joining. */
const SAID_AT = new Set(['nick_at', 'role_at', 'email_at'])

const asItIs: Expression = (column) => column
const asGiven: Expression = (column) => `:${column}`

const READ = {
  number: (column) => (SAID_AT.has(column) ? `coalesce(${column}, joined_at)` : column),
  text: asItIs,
  boolean: asItIs,
  json: asItIs,
  bytes: (column) => `lower(hex(${column}))`,
} satisfies Record<ColumnType, Expression>

const WRITE = {
  number: (column) => (SAID_AT.has(column) ? `nullif(:${column}, :joined_at)` : `:${column}`),
  text: asGiven,
  boolean: asGiven,
  json: asGiven,
  bytes: (column) => `unhex(:${column})`,
} satisfies Record<ColumnType, Expression>
