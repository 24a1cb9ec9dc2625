// What a path names, where it is only looked for.
import { isText } from '../ingest/fields.ts'
import { identifier } from '../ingest/identifier.ts'
import { InvalidInput } from '../ingest/invalid.ts'

/** As identifier(), and throws InvalidInput for control characters too: PostgreSQL refuses to look for NUL. */
export function named(url: string, prefix: string): string {
  const text = identifier(url, prefix)
  if (isText(text)) return text
  throw new InvalidInput('the path must not contain control characters')
}
