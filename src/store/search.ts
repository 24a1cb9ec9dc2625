// What is searched: texts folded so that neither case nor the way a letter is written matters.
import { fold } from '../ledger/fold.ts'

/** What sorts by name looks at so many characters: an entry of a b-tree is limited. */
export const SORTED = 200

/** Room names of Jitsi are percent-encoded, so what decodes is decoded; the same is done to what is looked for. */
export function searched(text: string): string {
  return fold(decoded(text))
}

/** No text holds a line break, so nothing is found across the ends of two. */
export function searchText(...texts: (string | null)[]): string {
  return texts
    .filter((text) => text !== null)
    .map(searched)
    .join('\n')
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    const plain = decodeURIComponent(text)
    // PostgreSQL keeps no NUL, and nobody looks for the others.
    return /\p{Cc}/u.test(plain) ? text : plain
  } catch {
    return text
  }
}
