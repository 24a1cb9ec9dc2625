// SQL in pieces, each with its values, and how a question is asked in several steps on any engine.
import type { PeopleSort } from '../store.ts'

export type Value = string | number | null

/** A piece of SQL and the values of its `?`, in order. */
export type Sql = { text: string; values: Value[] }

/** A template: pieces are put in as they are, everything else as a value. */
export function sql(texts: TemplateStringsArray, ...parts: (Sql | Value)[]): Sql {
  const pieces = parts.map((part) => (isSql(part) ? part : { text: '?', values: [part] }))
  return {
    text: texts.map((text, index) => text + (pieces[index]?.text ?? '')).join(''),
    values: pieces.flatMap(({ values }) => values),
  }
}

/** A piece without values. Never made of what somebody sent. */
export function raw(text: string): Sql {
  return { text, values: [] }
}

/** All of these hold. */
export function all(conditions: Sql[]): Sql {
  const [first = raw('true'), ...rest] = conditions
  return rest.reduce((one, other) => sql`${one} and ${other}`, first)
}

function isSql(part: Sql | Value): part is Sql {
  return typeof part === 'object' && part !== null
}

/** A question in steps: it yields what it asks the database and is given the rows; it returns the answer. */
export type Steps<T> = Generator<Sql, T, unknown[]>

/** One step. */
export function* ask<Row>(query: Sql): Steps<Row[]> {
  return (yield query) as Row[]
}

/** What the engines say differently. */
export type Dialect = {
  /** Whether this text is in it. */
  contains: (column: Sql, text: string) => Sql
  among: (column: Sql, ids: number[]) => Sql
  /** Ids of letters and digits as rows of `listed`, with the place of each, from 0. */
  listed: (ids: string[]) => Sql
  /** The start of a text, as the indexes by name have it, in the order of its bytes. */
  start: (column: Sql) => Sql
  /** A text in the order of its bytes. */
  binary: (column: Sql) => Sql
  least: (one: Sql, other: Sql) => Sql
  /**
   * The ids of rooms, in several ways, of which the first that finds few is enough: each finds all that have this text, and may
   * find others.
   */
  roomsWith: (text: string) => Sql[]
  /** The same of people: their `personKey`. */
  peopleWith: (text: string) => Sql[]
  /** Of people `p`: what their indexes hold of each of them. */
  personKey: Sql
  /** What people are sorted by where a text is looked for: not as an index has it in whose order that takes longer. */
  peopleWithText: Record<PeopleSort, Sql>
  /** These texts of all rows, one after another. */
  joined: (text: Sql) => Sql
  /** The packed stays of the room `r` as they were kept when it ended, else what is put together now. */
  kept: (together: Sql) => Sql
  /** The rooms `r` with this JID, and those on this host. */
  roomJid: (jid: string) => Sql
  host: (host: string) => Sql
  /** A column of JSON as it comes from the database. */
  json: (value: unknown) => Record<string, string | null>
}
