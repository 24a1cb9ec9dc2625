// When two names are the same to a reader.

/** Without regard to case, width of letters (NFKC) and spaces around and between words: ` ann  B` is `Ann B`. */
export function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}
