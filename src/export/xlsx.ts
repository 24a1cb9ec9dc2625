// Tables as XLSX (ECMA-376), written while it is read: no part of it is ever whole in memory.
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { chunksOf, type Cell, type Column, type Kind, type Table } from './table.ts'
import { attribute, sheetName, text } from './xml.ts'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** Indexes of cellXfs in STYLES. */
const STYLE = { plain: 0, bold: 1, time: 2, duration: 3, share: 4, text: 5 }
const DAY = 24 * 60 * 60 * 1_000
/** The day 0 of Excel is the 30th of December 1899. */
const EPOCH = 25_569
/** Excel refuses more characters. */
const WIDEST = 255

/** A sheet with the table, its first row bold and frozen, and a sheet with the notes. */
export function xlsx(table: Table): Readable {
  const zip = new ZipFile()
  const part = (path: string, content: Iterable<string>) =>
    zip.addReadStream(Readable.from(content, { objectMode: false }), path, { forceDosTimestamp: true })
  const names = [sheetName(table.name, 'Attendance'), 'About']
  if (names[0]?.toLowerCase() === 'about') names[1] = 'Notes'
  part('[Content_Types].xml', [CONTENT_TYPES])
  part('_rels/.rels', [relationships([['officeDocument', 'xl/workbook.xml']])])
  part('xl/workbook.xml', [workbook(names)])
  part('xl/_rels/workbook.xml.rels', [
    relationships([
      ['worksheet', 'worksheets/sheet1.xml'],
      ['worksheet', 'worksheets/sheet2.xml'],
      ['styles', 'styles.xml'],
    ]),
  ])
  part('xl/styles.xml', [STYLES])
  part('xl/worksheets/sheet1.xml', sheet(table))
  part('xl/worksheets/sheet2.xml', sheet(notesOf(table)))
  zip.end()
  // Its type is the old one, without destroy().
  return zip.outputStream as Readable
}

function notesOf({ notes }: Table): Omit<Table, 'notes'> {
  const columns: Column[] = [
    { title: 'About', kind: 'text', width: 28 },
    { title: '', kind: 'text', width: 60 },
  ]
  return { name: 'About', columns, rows: notes }
}

function* sheet({ columns, rows }: Omit<Table, 'notes'>): Generator<string> {
  const widths = columns.map(
    ({ width }, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${Math.min(width, WIDEST)}" customWidth="1"/>`,
  )
  yield (
    `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" ` +
    `topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${widths.join('')}</cols><sheetData>`
  )
  const letters = columns.map((_, index) => lettersOf(index))
  let line = 0
  const row = (cells: (Content | null)[]) => {
    line += 1
    const written = cells.map((content, index) => content && `<c r="${letters[index]}${line}"${content}</c>`)
    return `<row r="${line}">${written.join('')}</row>`
  }
  yield row(columns.map(({ title }) => inline(title, STYLE.bold)))
  for (const chunk of chunksOf(rows)) {
    yield chunk
      .map((cells) => row(columns.map(({ kind }, index) => contentOf(kind, cells[index] ?? null))))
      .join('')
  }
  yield '</sheetData></worksheet>'
}

/** A, B, … Z, AA, AB, … */
function lettersOf(index: number): string {
  const last = String.fromCodePoint(65 + (index % 26))
  return index < 26 ? last : lettersOf(Math.floor(index / 26) - 1) + last
}

/** What follows the address of a cell: its type, its style, its value. */
type Content = string

function contentOf(kind: Kind, cell: Cell): Content | null {
  return cell === null ? null : CONTENT[kind](cell)
}

const CONTENT = {
  text: (cell) => inline(String(cell), STYLE.text),
  time: (cell) => number(Number(cell) / DAY + EPOCH, STYLE.time),
  // To the second, as in the other formats.
  duration: (cell) => number((Math.round(Number(cell) / 1_000) * 1_000) / DAY, STYLE.duration),
  share: (cell) => number(Number(cell), STYLE.share),
  number: (cell) => number(Number(cell), STYLE.plain),
  answer: (cell) => inline(cell ? 'yes' : 'no', STYLE.plain),
} satisfies Record<Kind, (cell: Cell) => Content>

/**
 * A string is typed as one: whatever it begins with, no program takes it for a formula. What people typed is also in cells
 * formatted as text, so that it does not become one when somebody edits the cell.
 */
function inline(content: string, style: number): Content {
  return ` t="inlineStr" s="${style}"><is><t xml:space="preserve">${text(content)}</t></is>`
}

function number(value: number, style: number): Content {
  return ` s="${style}"><v>${value}</v>`
}

function workbook(names: string[]): string {
  const sheets = names.map(
    (name, index) => `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  )
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`
}

function relationships(targets: [type: string, target: string][]): string {
  const list = targets.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  )
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${list.join('')}</Relationships>`
}

const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const CONTENT_TYPES =
  `${HEAD}<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>` +
  `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SPREADSHEET}.worksheet+xml"/>` +
  `<Override PartName="/xl/worksheets/sheet2.xml" ContentType="${SPREADSHEET}.worksheet+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/></Types>`

/** Excel's own format for text, `@`. */
const TEXT = 49
/** Excel wants two fills, the second of them gray125, whether they are used or not. */
const STYLES =
  `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="3">` +
  '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>' +
  '<numFmt numFmtId="166" formatCode="0.0%"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  `<cellXfs count="6">${xf(0, 0)}${xf(0, 1)}${xf(164, 0)}${xf(165, 0)}${xf(166, 0)}${xf(TEXT, 0)}</cellXfs>` +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'

function xf(format: number, font: number): string {
  const apply = `${format > 0 ? ' applyNumberFormat="1"' : ''}${font > 0 ? ' applyFont="1"' : ''}`
  return `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0"${apply}/>`
}
