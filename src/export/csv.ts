// Tables as CSV (RFC 4180), for Excel, LibreOffice and programs.
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import { harmless } from '../ledger/formula.ts'
import { chunksOf, durationText, type Cell, type Kind, type Table } from './table.ts'
import { clockText } from './zone.ts'

/** Excel takes a file without it for the code page of the country. */
const BYTE_ORDER_MARK = '\uFEFF'

const TEXT = {
  text: String,
  time: (cell) => clockText(Number(cell)),
  duration: (cell) => durationText(Number(cell)),
  share: (cell) => `${(Number(cell) * 100).toFixed(1)}%`,
  number: String,
  answer: (cell) => (cell ? 'yes' : 'no'),
} satisfies Record<Kind, (cell: Cell) => string>

/** `notes`: whether they follow the table, after an empty line. */
export function csv(table: Table, { notes }: { notes: boolean }): Readable {
  return Readable.from(lines(table, notes), { objectMode: false })
}

function* lines({ columns, rows, notes }: Table, withNotes: boolean): Generator<string> {
  yield BYTE_ORDER_MARK + written([columns.map(({ title }) => title)])
  for (const chunk of chunksOf(rows)) {
    yield written(
      chunk.map((row) =>
        columns.map(({ kind }, index) => {
          const cell = row[index] ?? null
          return cell === null ? '' : TEXT[kind](cell)
        }),
      ),
    )
  }
  // Every line has as many fields as the first, as RFC 4180 wants it.
  const padded = (text: string) => columns.map((_, index) => (index === 0 ? text : ''))
  if (withNotes) yield written([padded(''), ...notes.map(([label, text]) => padded(`${label}: ${text}`))])
}

function written(rows: string[][]): string {
  return stringify(
    rows.map((row) => row.map(harmless)),
    {
      record_delimiter: 'windows',
      // A lone one of the two would stay unquoted, and LibreOffice cuts at semicolons as well.
      quoted_match: /[\r\n;]/,
    },
  )
}
