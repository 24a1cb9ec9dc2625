// Pages that go on behind a key: what arrives meanwhile shifts nothing.
import type { Key, KeyedPage, Page } from '../store.ts'
import { sql, type Sql, type Value } from './sql.ts'

/** What a list is sorted by, with an id where two are equal. */
export type Order = { by: Sql; id: Sql; descending: boolean }

export function orderBy({ by, id, descending }: Order): Sql {
  return descending ? sql`order by ${by} desc, ${id} desc` : sql`order by ${by}, ${id}`
}

/** Those behind the key; the first comparison alone is what the index finds. */
export function behind({ by, id, descending }: Order, after: Key | null): Sql[] {
  if (!after) return []
  const [value, last] = after as [Value, Value]
  return [
    descending
      ? sql`${by} <= ${value} and (${by} < ${value} or ${id} < ${last})`
      : sql`${by} >= ${value} and (${by} > ${value} or ${id} > ${last})`,
  ]
}

/** One row more than the limit was asked for: it tells whether there is a next page. */
export function pageOf<T>(rows: T[], limit: number, key: (row: T) => Key): KeyedPage<T> {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit), next: last === undefined ? null : key(last) }
}

/** The same for rows in the order of their numbers, which are the cursor and are not shown. */
export function numbered<T extends { id: number }>(rows: T[], limit: number): Page<Omit<T, 'id'>> {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  const items = rows.slice(0, limit).map(({ id: _id, ...row }) => row)
  return { items, next: last?.id ?? null }
}
