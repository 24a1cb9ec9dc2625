// What PostgreSQL says in its own way, and how it answers a question in steps.
import { raw, sql, type Dialect, type Sql, type Steps } from '../reads/sql.ts'
import { SORTED } from '../search.ts'
import { jidKey } from './key.ts'

export type Ask = <Row>(name: string, text: string, values?: unknown[]) => Promise<Row[]>

export const postgresDialect: Dialect = {
  contains: (column, text) => sql`strpos(${column}, ${text}) > 0`,
  roomsWith: () => [],
  peopleWith: () => [],
  // The plus keeps the index out: it has not the text, and to go through 50,000 people row by row in its order took 40 ms
  // where that of the table took 14. In the order of names it takes 19 ms where nobody has the text, and less than 5 where some
  // have; all in another order, 8 to 25.
  peopleWithText: { seen: sql`+p.seen_at`, name: start(sql`p.search`) },
  // Numbers, and ids of letters and digits: neither needs quotes.
  among: (column, ids) => sql`${column} = any (${`{${ids.join(',')}}`}::bigint[])`,
  listed: (ids) =>
    sql`(select id, place - 1 as place from unnest(${`{${ids.join(',')}}`}::text[]) with ordinality u (id, place)) listed`,
  start,
  personKey: raw('p.id'),
  binary: (column) => sql`${column} collate "C"`,
  least: (one, other) => sql`least(${one}, ${other})`,
  joined: (text) => sql`string_agg(${text}, '')`,
  kept: (together) => together,
  roomJid: (jid) => sql`r.jid_key = ${jidKey(jid)}::uuid`,
  // An entry of an index is limited.
  host: (host) => sql`left(r.host, 255) = left(${host}, 255) and r.host = ${host}`,
  json: (value) => value as Record<string, string | null>,
}

function start(column: Sql): Sql {
  return sql`left(${column}, ${raw(`${SORTED}`)}) collate "C"`
}

/** Each step sees what was committed when it was asked. */
export function createRun(ask: Ask) {
  const names = new Map<string, string>()

  /** Statements are prepared under a name, once on each connection. */
  function nameOf(text: string): string {
    const name = names.get(text) ?? `read ${names.size + 1}`
    names.set(text, name)
    return name
  }

  return async <T>(steps: Steps<T>): Promise<T> => {
    let step = steps.next([])
    while (!step.done) {
      const { text, values } = step.value
      let position = 0
      const numbered = text.replaceAll('?', () => `$${(position += 1)}`)
      step = steps.next(await ask(nameOf(numbered), numbered, values))
    }
    return step.value
  }
}
