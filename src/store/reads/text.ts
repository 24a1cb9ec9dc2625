// What has a text.
import { searched } from '../search.ts'
import { ask, sql, type Dialect, type Sql, type Steps } from './sql.ts'

/**
 * So many rows with a text are looked up one by one, which takes as long as going through 100,000 for a page of them, 3 ms.
 * With more of them a page is sooner full in the order of the list.
 */
const FEW = 1_000

/** A table: its searched text, its key, and the keys of those that have a text, in several ways. */
type Searched = { text: Sql; key: Sql; having: (text: string) => Sql[] }

/** What has `q` in it: a condition, and if few have it also which. */
export function* withText(
  dialect: Dialect,
  q: string | undefined,
  { text, key, having }: Searched,
): Steps<Sql[]> {
  if (q === undefined) return []
  const wanted = searched(q)
  const contains = dialect.contains(text, wanted)
  for (const way of having(wanted)) {
    // Whether there is one more takes a third of the time of reading them all.
    if ((yield* ask(sql`${way} limit 1 offset ${FEW}`)).length > 0) continue
    const found = yield* ask<{ id: number }>(way)
    const few = dialect.among(
      key,
      found.map(({ id }) => id),
    )
    return [few, contains]
  }
  return [contains]
}
