// What a person is called in tables and in the API: short, the same everywhere, and no name or address to read in it.
import { hash } from 'node:crypto'
import { personOf, type Identity } from '../ledger/identity.ts'
import { isService } from '../ledger/service.ts'

/** 128 bits as base64url: among a thousand million people no two get the same by chance (1 in 10^21). */
export const ID_LENGTH = 22

/** The id of the person whose stay this is; null for a component of Jitsi, which is no person. */
export function personId(identity: Identity): string | null {
  if (isService(identity.jid)) return null
  return hash('sha256', personOf(identity), 'base64url').slice(0, ID_LENGTH)
}
