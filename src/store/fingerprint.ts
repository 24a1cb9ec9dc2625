// Tells whether a repeated Idempotency-Key comes with the same request.
import { hash } from 'node:crypto'
import type { Command } from '../ledger/command.ts'

/**
 * 16 bytes over what was understood of the request, not over its bytes: a sender that encodes its body again
 * may order the keys otherwise. Commands are built field by field in one place, so their order is fixed.
 */
export function fingerprint(command: Command): Buffer {
  return hash('sha256', JSON.stringify(command), 'buffer').subarray(0, 16)
}

/** How long an answer is kept under its key, in ms. */
export const KEY_LIFETIME = 24 * 60 * 60 * 1000
