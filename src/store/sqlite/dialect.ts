// What SQLite says in its own way, and how it answers a question in steps.
import { SORTED } from '../search.ts'
import { raw, sql, type Dialect, type Sql, type Steps } from '../reads/sql.ts'
import type { Db } from './open.ts'

export const sqliteDialect: Dialect = {
  contains: (column, text) => sql`instr(${column}, ${text}) > 0`,
  roomsWith,
  seenWithText: (column) => column,
  among: inList,
  amongTexts: inList,
  start: (column) => sql`substr(${column}, 1, ${raw(`${SORTED}`)})`,
  binary: (column) => column,
  least: (one, other) => sql`min(${one}, ${other})`,
  joined: (text) => sql`group_concat(${text}, '')`,
  roomJid: (jid) => sql`r.jid = ${jid}`,
  host: (host) => sql`r.host = ${host}`,
  json: (value) => JSON.parse(value as string) as Record<string, string | null>,
}

function inList(column: Sql, ids: (number | string)[]): Sql {
  return sql`${column} in (select value from json_each(${JSON.stringify(ids)}))`
}

/**
 * As rooms_text has them, three characters each: side by side, and the last three. Fewer are in no index, and more would
 * cost more than they leave out.
 */
function roomsWith(text: string): Sql | null {
  const characters = Array.from(text).slice(0, 12)
  const parts = characters
    .slice(2)
    .map((_, index) => characters.slice(index, index + 3).join(''))
    .filter((_, index, all) => index % 3 === 0 || index === all.length - 1)
  if (parts.length === 0) return null
  const wanted = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(' AND ')
  return sql`select rowid as id from rooms_text where rooms_text match ${wanted}`
}

/** All steps see one state of the database. */
export function createRun(db: Db) {
  const statements = new Map<string, ReturnType<Db['prepare']>>()

  function answer({ text, values }: Sql): unknown[] {
    const statement = statements.get(text) ?? db.prepare(text)
    statements.set(text, statement)
    return statement.all(...values)
  }

  return db.transaction((steps: Steps<unknown>) => {
    let step = steps.next([])
    while (!step.done) step = steps.next(answer(step.value))
    return step.value
  }) as <T>(steps: Steps<T>) => T
}
