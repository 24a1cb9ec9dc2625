// When two texts are the same to a reader.

/** Most texts are: ASCII, of which normalising would leave everything as it is. */
const PLAIN = /^[ -~]*$/

/** Without regard to case and width of letters: NFKC, once more because lower case can take letters apart. */
export function fold(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** Without regard to spaces around and between words either: ` ann  B` is `Ann B`. */
export function foldName(name: string): string {
  return fold(name).replace(/\s+/g, ' ').trim()
}

/** What names are put in order by: without regard to case and accents. Intl.Collator knows more of languages, and takes ten times as long. */
export function sortName(name: string): string {
  return PLAIN.test(name) ? name.toLowerCase() : name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
