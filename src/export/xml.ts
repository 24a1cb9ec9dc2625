// Text in the parts of an XLSX file.

/** What XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets), halves of surrogate pairs included. */
// oxlint-disable-next-line eslint/no-control-regex -- it is about control characters
const ILLEGAL = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu
/** Programs read `_x0041_` as `A` (ECMA-376, 22.9.2.19), so the underscore of such text is written as one of these. */
const ESCAPED = /_(?=x[0-9a-f]{4}_)/gi
const REPLACEMENT = '\ufffd'
/** A cell of Excel holds no more. */
const LONGEST = 32_767

export function text(content: string): string {
  const fitting = content.length > LONGEST ? content.slice(0, LONGEST) : content
  return fitting
    .replace(ILLEGAL, REPLACEMENT)
    .replace(ESCAPED, '_x005F_')
    .replace(/[&<>\r]/g, entity)
}

export function attribute(content: string): string {
  return content.replace(ILLEGAL, REPLACEMENT).replace(/[&<>"\t\n\r]/g, entity)
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`
}

/** Excel allows 31 characters, without these, and no apostrophe at either end; `History` is its own. */
export function sheetName(wanted: string, fallback: string): string {
  const plain = wanted.replace(/[\\/?*[\]:]/g, '-').replace(/\p{Cc}/gu, ' ')
  const name = trimmed(shortened(trimmed(plain), 31))
  return name === '' || name.toLowerCase() === 'history' ? fallback : name
}

/** In UTF-16 units, as Excel counts; no pair is cut in two. */
function shortened(name: string, units: number): string {
  return name.slice(0, units).replace(/[\ud800-\udbff]$/, '')
}

function trimmed(name: string): string {
  return name.replace(/^['\s]+|['\s]+$/g, '')
}
