// What every call can be answered, whatever it is about: components of the document, and the calls that they go with.
import Type, { type TObject } from 'typebox'
import { VALIDATION_ERROR } from '../ingest/invalid.ts'
import type { Access } from './auth.ts'
import type { STATUS_WORDS } from './errors.ts'

export type SharedAnswer = {
  status: number
  word: (typeof STATUS_WORDS)[number] | 'invalid'
  description: string
  headers?: TObject
  /** A true message, by the name of the example. */
  examples: Record<string, string>
  /** Which calls can meet it. */
  meets(call: Call): boolean
}

/** What is asked of a call: who may make it, whether it has a body, whether there is anything in it to be wrong. */
type Call = { access: Access; hasBody: boolean; hasInput: boolean }

const always = () => true
const guarded = ({ access }: Call) => access !== 'open'
const withBody = ({ hasBody }: Call) => hasBody

export const RETRY_AFTER = Type.Object({
  'Retry-After': Type.String({ pattern: '^[0-9]+$', description: 'In seconds.' }),
})

/** By the name of the component. */
export const SHARED: Record<string, SharedAnswer> = {
  Unreadable: {
    status: 400,
    word: 'invalid',
    description: 'This is no HTTP that can be read.',
    examples: { unreadable: 'this is no HTTP request; a path is percent-encoded' },
    meets: always,
  },
  Unauthorized: {
    status: 401,
    word: 'unauthorized',
    description: 'No token, or one that may not do this.',
    headers: Type.Object({ 'WWW-Authenticate': Type.String() }),
    examples: {
      'not to read': 'this needs Authorization: Bearer with a token for read',
      'not to write': 'this needs Authorization: Bearer with a token for ingest',
    },
    meets: guarded,
  },
  Forbidden: {
    status: 403,
    word: 'unauthorized',
    description: 'The server has no tokens for this, and `Host` names no loopback address.',
    examples: { 'another host': 'without tokens the Host header must name a loopback address' },
    meets: guarded,
  },
  Late: {
    status: 408,
    word: 'error',
    description: 'The request did not arrive within 30 seconds.',
    examples: { late: 'the request did not arrive within 30 seconds' },
    meets: always,
  },
  TooLarge: {
    status: 413,
    word: 'too-large',
    description: 'The body is larger than this call takes.',
    examples: { 'too large': 'the body is larger than this call takes' },
    meets: withBody,
  },
  Unsupported: {
    status: 415,
    word: 'unsupported',
    description: 'The body is not `application/json`, or is encoded.',
    examples: {
      type: 'the body must be sent as content-type: application/json',
      encoding: 'the body must be sent without content-encoding',
    },
    meets: withBody,
  },
  Invalid: {
    status: 422,
    word: 'invalid',
    description: 'The input breaks a rule; the message says which. Repeating it does not help.',
    headers: VALIDATION_ERROR,
    examples: { 'not a number': 'limit must be a whole number' },
    meets: ({ hasInput }) => hasInput,
  },
  HeadersTooLarge: {
    status: 431,
    word: 'too-large',
    description: 'Path and headers together are too large.',
    examples: { 'too large': 'path and headers together are larger than 64 KiB' },
    meets: always,
  },
  Broken: {
    status: 500,
    word: 'error',
    description: 'A defect, logged with its stack. Nothing was applied.',
    examples: { broken: 'something broke here; nothing was applied' },
    meets: always,
  },
  Busy: {
    status: 503,
    word: 'busy',
    description: 'The store cannot do it now. Nothing was applied; ask again after `Retry-After` seconds.',
    headers: RETRY_AFTER,
    examples: { busy: 'the ledger cannot commit right now; nothing was applied, ask again' },
    meets: guarded,
  },
}
