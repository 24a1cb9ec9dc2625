// The JID or session at the end of a path.
import { InvalidInput } from './invalid.ts'

/**
 * Everything after `prefix`, percent-decoded exactly once; `/` may stand raw or encoded. The router's own
 * parameters are not used: a JID can contain `%` (RFC 7622 allows it, Jitsi makes use of it), and must not be
 * decoded twice. Throws InvalidInput if it is not percent-encoded UTF-8.
 */
export function identifier(url: string, prefix: string): string {
  const end = url.indexOf('?')
  try {
    return decodeURIComponent(url.slice(prefix.length, end === -1 ? undefined : end))
  } catch {
    throw new InvalidInput('the path must be percent-encoded UTF-8')
  }
}
