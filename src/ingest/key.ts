// Idempotency-Key: a sender that lost the answer may ask again under the same key.
import type { IncomingHttpHeaders } from 'node:http'
import Type from 'typebox'
import { InvalidInput } from './invalid.ts'

const KEY_BYTES = 255

/** The header as the document shows it; `understandKey` is what reads it. */
export const KeyHeader = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: KEY_BYTES,
      description:
        'The same key with the same request within 24 h gets the first answer, and nothing happens twice.',
    }),
  ),
})

export const KEY_REUSED = 'Idempotency-Key was used for another request'

/** The key, or null where there is none. Throws InvalidInput for one that cannot be kept. */
export function understandKey(key: unknown): string | null {
  if (key === undefined || key === null) return null
  if (typeof key === 'string' && key.length >= 1 && Buffer.byteLength(key) <= KEY_BYTES) return key
  throw new InvalidInput(`Idempotency-Key must be 1 to ${KEY_BYTES} bytes`)
}

/** The key of a request. Node reads headers as latin1, a character for each byte. */
export function keyOf(headers: IncomingHttpHeaders): string | null {
  const header = headers['idempotency-key']
  return understandKey(typeof header === 'string' ? Buffer.from(header, 'latin1').toString() : undefined)
}
