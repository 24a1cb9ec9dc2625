// Texts that a spreadsheet would run.

/** Neither blanks nor characters without width before a sign help everywhere, nor do its full-width and small forms. */
const BEGINNING = '[\\s\\p{Cf}]*[=+\\-@\\t\\r\\n＝＋－＠﹦﹢﹣﹫−]'
const FORMULA = new RegExp(`^${BEGINNING}`, 'u')
/** Where the country's list separator is a semicolon, Excel cuts a line there as well, whatever quotes stand in it. */
const CUT = new RegExp(`;(?=${BEGINNING})`, 'gu')

/**
 * A field of CSV, with an apostrophe before whatever begins as a formula does, so that no program runs what somebody
 * called themselves (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function harmless(field: string): string {
  return field.replace(FORMULA, "'$&").replace(CUT, "$&'")
}
