// The parts of an address (RFC 7622, section 3). A JID is text to this ledger: whatever it looks like, it has parts.

/** What stands before the `@`; without one, the JID without its resource. */
export function localpartOf(jid: string): string {
  const bare = bareOf(jid)
  const at = bare.indexOf('@')
  return at === -1 ? bare : bare.slice(0, at)
}

export function domainOf(jid: string): string {
  const bare = bareOf(jid)
  return bare.slice(bare.indexOf('@') + 1)
}

/** The JID without its resource. */
export function bareOf(jid: string): string {
  const slash = jid.indexOf('/')
  return slash === -1 ? jid : jid.slice(0, slash)
}
