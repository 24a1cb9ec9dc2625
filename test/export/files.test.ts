// CSV and XLSX are what other programs read: csv by its own rules, XLSX by exceljs and by LibreOffice.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { ensure } from '../../scripts/debian.ts'
import { csv } from '../../src/export/csv.ts'
import type { Cell, Table } from '../../src/export/table.ts'
import { xlsx } from '../../src/export/xlsx.ts'
import { sheetName } from '../../src/export/xml.ts'
import { temporaryFolder } from '../support/folder.ts'

const left = ensure(['libreoffice-calc-nogui'], 'the test that LibreOffice opens the files').length > 0

/** What somebody may call themselves. Formulas, CSV, XML, what Excel unescapes, four-byte characters. */
const NAMES = [
  '=HYPERLINK("http://evil.test","x")',
  '+1+1',
  '-2+3',
  '@SUM(1)',
  ' =1+1',
  '＝1+1',
  '\u200b=1+1',
  '\u2060﹦1+1',
  'x;=1+1;',
  'x; \u200b=HYPERLINK("http://evil.test")',
  'a,b;c',
  'say "hi"',
  '<b>&amp;</b>',
  '_x0041_',
  '🦊 Zoë  ',
  '0123',
  '1e5',
  '2026-11-22',
  'TRUE',
  "'apostrophe",
  'n'.repeat(1_023),
]
const TIME = Date.parse('2026-11-22T10:00:05Z')

function tableOf(names: string[], more: Partial<Table> = {}): Table {
  return {
    name: 'daily',
    columns: [
      { title: 'Name', kind: 'text', width: 28 },
      { title: 'In (UTC)', kind: 'time', width: 900 },
      { title: 'Total', kind: 'duration', width: 10 },
      { title: 'Share', kind: 'share', width: 8 },
      { title: 'Devices', kind: 'number', width: 8 },
      { title: 'Present', kind: 'answer', width: 8 },
    ],
    rows: names.map((name, index): Cell[] => [name, TIME, 25 * 3_600_000 + 1_499, 0.5, index, true]),
    notes: [['Left out', '2 services, 1 excluded']],
    ...more,
  }
}

describe('CSV', () => {
  test('is UTF-8 with a mark, CRLF, and a line for each row; notes follow an empty line', async () => {
    const table = tableOf(['Ann'], { rows: [['Bén, "B"', TIME, 62_000, 0.8512, 3, false], ['Cem', null, null, null, null, null]] }) // prettier-ignore
    assert.equal(
      await textOf(csv(table, { notes: true })),
      [
        '\uFEFFName,In (UTC),Total,Share,Devices,Present',
        '"Bén, ""B""",2026-11-22 10:00:05,0:01:02,85.1%,3,no',
        'Cem,,,,,',
        ',,,,,',
        '"Left out: 2 services, 1 excluded",,,,,',
        '',
      ].join('\r\n'),
    )
    assert.ok(!(await textOf(csv(table, { notes: false }))).includes('Left out'))
  })

  test('no field begins as a formula does, and nothing else is changed', async () => {
    const names = [...NAMES, '\t=1', '\r=1', '\n=1']
    const columns = [{ title: '=Name', kind: 'text' as const, width: 1 }]
    const rows = names.map((name) => [name])
    const found = parse(await textOf(csv({ ...tableOf([]), columns, rows }, { notes: false })))
    const dangerous = /(^|;)(?=[\s\u200b\u2060]*[=+\-@\t\r\n＝﹦])/g
    assert.deepEqual(
      found,
      ['=Name', ...names].map((name) => name.replace(dangerous, "$1'")),
    )
    assert.ok(found.includes("x;'=1+1;"))
  })
})

describe('XLSX', () => {
  test('reads back in exceljs: types, formats, a frozen bold head, widths, and the notes', async () => {
    const book = await read(tableOf(NAMES))
    assert.deepEqual(
      book.worksheets.map(({ name }) => name),
      ['daily', 'About'],
    )
    const [sheet, about] = book.worksheets as [ExcelJS.Worksheet, ExcelJS.Worksheet]
    assert.deepEqual(sheet.getRow(1).getCell(1).value, 'Name')
    assert.equal(sheet.getRow(1).getCell(1).font.bold, true)
    assert.deepEqual([sheet.views[0]?.state, (sheet.views[0] as { ySplit?: number }).ySplit], ['frozen', 1])
    assert.deepEqual([sheet.getColumn(1).width, sheet.getColumn(2).width], [28, 255])
    assert.equal(sheet.rowCount, NAMES.length + 1)
    const [, second] = [sheet.getRow(1), sheet.getRow(2)]
    assert.deepEqual(second.getCell(2).value, new Date(TIME))
    assert.equal(second.getCell(2).numFmt, 'yyyy-mm-dd hh:mm:ss')
    assert.equal(second.getCell(3).numFmt, '[h]:mm:ss')
    assert.deepEqual([second.getCell(4).value, second.getCell(4).numFmt], [0.5, '0.0%'])
    // Text also when it is edited.
    assert.equal(second.getCell(1).numFmt, '@')
    assert.deepEqual([second.getCell(5).value, second.getCell(6).value], [0, 'yes'])
    assert.deepEqual(
      [1, 2].map((column) => about.getRow(2).getCell(column).value),
      ['Left out', '2 services, 1 excluded'],
    )
    // exceljs leaves what Excel would unescape as it stands.
    const names = NAMES.map((_, index) => sheet.getRow(index + 2).getCell(1).text)
    assert.deepEqual(
      names,
      NAMES.map((name) => name.replace('_x0041_', '_x005F_x0041_')),
    )
  })

  test('is well-formed whatever somebody calls themselves, and keeps all that XML can hold', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }),
        async (names) => {
          const [sheet] = (await read(tableOf(names))).worksheets
          names.forEach((name, index) => {
            // oxlint-disable-next-line eslint/no-control-regex -- it is about control characters
            const kept = name.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
            const found =
              sheet
                ?.getRow(index + 2)
                .getCell(1)
                .text.replaceAll('_x005F_', '_') ?? ''
            assert.equal(found.replace(/\r\n?/g, '\n'), kept.replace(/\r\n?/g, '\n'))
          })
        },
      ),
      { numRuns: 40 },
    ))

  test('a sheet has a name that Excel takes', () => {
    assert.equal(sheetName('a/b\\c?d*e[f]g:h', 'x'), 'a-b-c-d-e-f-g-h')
    assert.equal(sheetName("'quoted'", 'x'), 'quoted')
    assert.equal(sheetName('History', 'x'), 'x')
    assert.equal(sheetName('  ', 'x'), 'x')
    assert.equal(sheetName('🦊'.repeat(20), 'x'), '🦊'.repeat(15))
  })

  test('a room may be called anything, and the workbook opens', async () => {
    const names = (await read(tableOf([], { name: 'a "b" <c> & \ud800\ufffe' }))).worksheets
    assert.equal(names[0]?.name, 'a "b" <c> & \ufffd\ufffd')
  })

  test('the notes have a name of their own, whatever the room is called', async () => {
    const names = (await read(tableOf([], { name: 'about' }))).worksheets.map(({ name }) => name)
    assert.deepEqual(names, ['about', 'Notes'])
  })

  test('LibreOffice opens it, and shows the same cells', { skip: left && 'no LibreOffice' }, (t) =>
    withLibreOffice(t, async (folder, convert) => {
      writeFileSync(join(folder, 'table.xlsx'), await buffer(xlsx(tableOf(NAMES))))
      convert(
        'table.xlsx',
        'csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,true,false,false,false,false,-1',
      )
      const lines = readFileSync(join(folder, 'table-daily.csv'), 'utf8').trimEnd().split('\n')
      const shown = ['2026-11-22 10:00:05', '25:00:01', '50%']
      const wanted = NAMES.map((name, index) => [name, ...shown, String(index), 'yes'])
      assert.deepEqual(lines.slice(1).map(fieldsOf), wanted)
      assert.match(
        readFileSync(join(folder, 'table-About.csv'), 'utf8'),
        /"Left out","2 services, 1 excluded"/,
      )
    }),
  )

  // Comma; all that its dialog ticks; and what Excel takes where a comma stands in numbers.
  for (const separators of ['44', '44/59/9', '59']) {
    const title = `LibreOffice runs nothing that a CSV holds, with the separators ${separators}`
    test(title, { skip: left && 'no LibreOffice' }, (t) =>
      withLibreOffice(t, async (folder, convert) => {
        const table = tableOf(NAMES)
        writeFileSync(join(folder, 'table.csv'), await textOf(csv(table, { notes: false })))
        const filter = `--infilter=Text - txt - csv (StarCalc):${separators},34,76,1`
        convert('table.csv', 'xlsx:Calc MS Excel 2007 XML', filter)
        const book = new ExcelJS.Workbook()
        await book.xlsx.readFile(join(folder, 'table.xlsx'))
        const kinds: ExcelJS.ValueType[] = []
        book.worksheets[0]?.eachRow((row) => row.eachCell(({ type }) => void kinds.push(type)))
        assert.ok(kinds.length > NAMES.length && !kinds.includes(ExcelJS.ValueType.Formula))
        // Comma among them, the columns stay where they are.
        const shares = NAMES.map((_, index) => book.worksheets[0]?.getRow(index + 2).getCell(4).value)
        if (separators !== '59') assert.deepEqual(new Set(shares), new Set([0.5]))
      }),
    )
  }
})

/** Unlike `text` of node:stream it leaves the mark at the beginning. */
async function textOf(stream: Readable): Promise<string> {
  return (await buffer(stream)).toString()
}

type Convert = (file: string, to: string, ...flags: string[]) => void

async function withLibreOffice(
  t: Parameters<typeof temporaryFolder>[0],
  work: (folder: string, convert: Convert) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder(t)
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
  await work(folder, (file, to, ...flags) => {
    const { stderr } = spawnSync('soffice', [profile, '--headless', ...flags, '--convert-to', to, file], {
      cwd: folder,
      timeout: 120_000,
      encoding: 'utf8',
    })
    assert.ok(readdirSync(folder).length > 2, stderr)
  })
}

async function read(table: Table): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook()
  // Its types know the Buffer of an older Node.
  await book.xlsx.load((await buffer(xlsx(table))) as unknown as ExcelJS.Buffer)
  return book
}

/** The one column of a file, unquoted. */
function parse(file: string): string[] {
  const fields = file.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^"\r\n]*))\r\n/g)
  return [...fields].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
}

function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/g)]
    .map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
    .slice(0, 6)
}
