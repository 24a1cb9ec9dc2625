// Texts that a spreadsheet would run.

/** Spaces before it do not help everywhere, nor does the full-width form of the character. */
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/

/**
 * A field that begins as a formula does, with an apostrophe before it, so that no program runs what somebody called
 * themselves (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function harmless(field: string): string {
  return FORMULA.test(field) ? `'${field}` : field
}
