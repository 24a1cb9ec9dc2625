// What every list has in common: how much to ask for, and where the next page begins.
import Type from 'typebox'
import type { Page } from '../store/store.ts'

export const PageQuery = Type.Object({
  /** Entries on a page. */
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  /** The `next` of the page before. */
  cursor: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
})

/** `next` is text to clients: what it holds is this server's business. */
export function next(page: Page<unknown>): string | null {
  return page.next === null ? null : String(page.next)
}
