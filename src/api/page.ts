// What every list has in common: how much to ask for, and where the next page begins.
import Type from 'typebox'
import { InvalidInput } from '../ingest/invalid.ts'
import { orNull } from '../operation.ts'
import type { Key, KeyedPage, Page } from '../store/store.ts'

/** Entries on a page. */
export const Limit = Type.Integer({
  minimum: 1,
  maximum: 1_000,
  default: 100,
  description: 'Entries on a page.',
})

/** Where the next page begins, as every list says it. */
export const Next = orNull(Type.String({ description: 'The `cursor` of the next page; null on the last.' }))

/** `next` is text to clients: what it holds is this server's business. */
export function next(page: Page<unknown>): string | null {
  return page.next === null ? null : String(page.next)
}

/** Entries on a page, and the `next` of the page before. */
export const Paging = {
  limit: Limit,
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxBytes: 4_096, description: 'The `next` of the page before, as it is.' }),
  ),
}

/** How a list is sorted, and what its keys are made of: n is a number, s a text. */
export type List = { name: string; key: string }

export function nextIn<T>({ name }: List, { next }: KeyedPage<T>): string | null {
  return next && Buffer.from(JSON.stringify([name, ...next])).toString('base64url')
}

/** The key in a cursor; null for the first page. Throws InvalidInput for what no page of this list has given. */
export function keyIn({ name, key }: List, cursor: string | undefined): Key | null {
  if (cursor === undefined) return null
  const [list, ...values] = parsed(cursor)
  if (list !== name || values.map(typeOf).join('') !== key) {
    throw new InvalidInput('cursor must be the next of a page of this list, sorted in the same way')
  }
  return values as Key
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function typeOf(value: unknown): string {
  if (typeof value === 'string') return value.includes('\0') ? '' : 's'
  return Number.isSafeInteger(value) ? 'n' : ''
}
