// What every list has in common: how much to ask for, and where the next page begins.
import Type from 'typebox'
import { orNull } from '../operation.ts'

/** Entries on a page. */
export const Limit = Type.Integer({
  minimum: 1,
  maximum: 1_000,
  default: 100,
  description: 'Entries on a page.',
})

/** Where the next page begins, as every list says it. */
export const Next = orNull(Type.String({ description: 'The `cursor` of the next page; null on the last.' }))

/** Entries on a page, and the `next` of the page before. */
export const Paging = {
  limit: Limit,
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxBytes: 4_096, description: 'The `next` of the page before, as it is.' }),
  ),
}
