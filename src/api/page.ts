// What every list has in common: how much to ask for, and where the next page begins.
import Type from 'typebox'
import { orNull } from '../operation.ts'
import type { Page } from '../store/store.ts'

export const PageQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100, description: 'Entries on a page.' }),
  cursor: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: 'The `next` of the page before. Treat it as opaque text.',
  }),
})

/** Where the next page begins, as every list says it. */
export const Next = orNull(Type.String({ description: 'The `cursor` of the next page; null on the last.' }))

/** `next` is text to clients: what it holds is this server's business. */
export function next(page: Page<unknown>): string | null {
  return page.next === null ? null : String(page.next)
}
