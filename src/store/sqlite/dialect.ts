// What SQLite says in its own way, and how it answers a question in steps.
import { SORTED } from '../search.ts'
import { raw, sql, type Dialect, type Sql, type Steps } from '../reads/sql.ts'
import type { Db } from './open.ts'

/** Behind whatever three characters can be. */
const LAST = '\u{10ffff}'.repeat(3)
/** So many people enter the index of texts at once, as its triggers have it. */
const BLOCK = 256

export const sqliteDialect: Dialect = {
  contains,
  roomsWith: (text) => having('rooms', text),
  peopleWith,
  // The plus keeps out the index by name, which has the start of the text only: 50,000 people took 30 ms in its order.
  peopleWithText: { seen: sql`p.seen_at`, name: sql`+${start(sql`p.search`)}` },
  among: inList,
  listed: (ids) => sql`(select key as place, value as id from json_each(${JSON.stringify(ids)})) listed`,
  start,
  personKey: raw('p.number'),
  binary: (column) => column,
  least: (one, other) => sql`min(${one}, ${other})`,
  joined: (text) => sql`group_concat(${text}, '')`,
  kept: (together) => sql`coalesce((select stays from room_stays where room = r.id), ${together})`,
  roomJid: (jid) => sql`r.jid = ${jid}`,
  host: (host) => sql`r.host = ${host}`,
  json: (value) => JSON.parse(value as string) as Record<string, string | null>,
}

function start(column: Sql): Sql {
  return sql`substr(${column}, 1, ${raw(`${SORTED}`)})`
}

/** In brackets what would be a wildcard. To go through all rows took instr() 10 to 40 % longer. */
function contains(column: Sql, text: string): Sql {
  return sql`${column} glob ${`*${text.replaceAll(/[*?[]/g, '[$&]')}*`}`
}

function inList(column: Sql, ids: number[]): Sql {
  return sql`${column} in (select value from json_each(${JSON.stringify(ids)}))`
}

/**
 * As the index of a table's texts has them, three characters each: side by side, and the last three, which come first. More would
 * cost more than they leave out. Each by itself is 0.25 ms, and a seldom one is enough; where all of them are frequent, all
 * together may be seldom, and cost as much as they are frequent: 3 ms among 100,000 rooms. One or two characters begin one of them.
 */
function having(table: 'rooms' | 'people', text: string): Sql[] {
  const characters = Array.from(text).slice(0, 12)
  if (characters.length < 3) {
    const parts = raw(`${table}_parts`)
    return [sql`select doc as id from ${parts} where term >= ${text} and term < ${text + LAST}`]
  }
  const parts = characters
    .slice(2)
    .map((_, index) => characters.slice(index, index + 3).join(''))
    .filter((_, index, all) => index % 3 === 0 || index === all.length - 1)
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .toReversed()
  const together = parts.length > 1 ? [parts.join(' AND ')] : []
  const texts = raw(`${table}_text`)
  return [...parts, ...together].map(
    (wanted) => sql`select rowid as id from ${texts} where ${texts} match ${wanted}`,
  )
}

/** And those who are not in the index yet. */
function peopleWith(text: string): Sql[] {
  const block = raw(`${BLOCK}`)
  const last = sql`select number from people where number > (select max(number) / ${block} * ${block} from people)
    and ${contains(sql`search`, text)}`
  return having('people', text).map((way) => sql`${way} union all ${last}`)
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
