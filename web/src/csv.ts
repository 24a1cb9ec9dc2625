// Tables as CSV (RFC 4180), made in the page of what it shows.
import { harmless } from '../../src/ledger/formula.ts'

export type Cell = string | number | null
/** The first row says what stands in the columns. */
export type Rows = Cell[][]

/** Excel takes a file without it for the code page of the country. */
const BYTE_ORDER_MARK = '\uFEFF'

export function csv(rows: Rows): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

function field(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  const written = harmless(cell ?? '')
  return /[",;\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written
}
