// The JID or session at the end of a path.
import { isUtf8 } from 'node:buffer'
import { InvalidInput } from './invalid.ts'

/**
 * Everything after `prefix`, percent-decoded exactly once; `/` may stand raw or encoded. The router's own
 * parameters are not used: a JID can contain `%` (RFC 7622 allows it, Jitsi makes use of it), and must not be
 * decoded twice. Throws InvalidInput if it is not percent-encoded UTF-8.
 */
export function identifier(url: string, prefix: string): string {
  const end = url.indexOf('?')
  const raw = url.slice(prefix.length, end === -1 ? undefined : end)
  // Node reads the request line as latin1; a client that sends raw UTF-8 means UTF-8.
  const bytes = Buffer.from(raw, 'latin1')
  try {
    if (isUtf8(bytes)) return decodeURIComponent(bytes.toString())
  } catch {
    // Not a percent-encoding.
  }
  throw new InvalidInput('the path must be percent-encoded UTF-8')
}
