// Prosody 13 in a Debian 13 folder.
export function prosody13(): string {
  throw new Error('not yet')
}
