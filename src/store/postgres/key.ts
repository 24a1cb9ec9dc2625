// JIDs in indexes: an entry of a b-tree holds at most 2,704 bytes, a JID may have 3,071.
import { hash } from 'node:crypto'

/** 16 bytes of the SHA-256 of a JID, as the 32 hexadecimal digits of a uuid. */
export function jidKey(jid: string): string {
  return hash('sha256', jid, 'hex').slice(0, 32)
}
