// The examples of docs/attendance.md: what its tables say is what the rules give, to the cell.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { text } from 'node:stream/consumers'
import { meetingQuestion } from '../../src/api/attendance-query.ts'
import { csv } from '../../src/export/csv.ts'
import { tableOf } from '../../src/export/columns.ts'
import { attendanceOf, type AttendedStay } from '../../src/ledger/attendance.ts'
import { reportOf, type Report } from '../../src/ledger/report.ts'

type Row = Record<string, string>
type Example = {
  title: string
  asked: string
  now: number
  came: Row[]
  file: Row[]
  leftOut: string | undefined
}

const examples = readFileSync(join(import.meta.dirname, '../../docs/attendance.md'), 'utf8')
  .split(/^(?=#{2,3} )/m)
  .filter((section) => section.startsWith('### '))
  .map(parse)

describe('docs/attendance.md', () => {
  for (const example of examples) {
    test(example.title, async () => {
      const { rules, table, notes } = meetingQuestion(query(example.asked), example.now)
      const report = reportOf(
        meetingsOf(example.came).map(({ meeting, stays }) => attendanceOf(meeting, stays, rules)),
        rules,
      )
      const [found, below] = await fileOf(report, { table, notes })
      const titles = Object.keys(example.file[0] ?? {})
      const shown = found.map((row) => Object.fromEntries(titles.map((title) => [title, row[title]])))
      assert.deepEqual(shown, example.file)
      if (example.leftOut) assert.ok(below.includes(example.leftOut), below)
    })
  }

  test('has its examples', () => assert.ok(examples.length >= 12))
})

function parse(section: string): Example {
  const tables = section.split('\n\n').filter((block) => block.startsWith('|'))
  const [came = [], file = []] = tables.map(rowsOf)
  assert.ok(tables.length === 2 && came.length > 0 && file.length > 0, section)
  const at = /^Asked at (\d\d:\d\d)/m.exec(section)?.[1] ?? '23:00'
  return {
    title: /^### (.*)/.exec(section)?.[1] ?? '',
    asked: /^Asked with `(.*?)`/m.exec(section)?.[1] ?? '',
    now: instant('22', at),
    came,
    file,
    leftOut: /^Left out: .*/m.exec(section)?.[0],
  }
}

function rowsOf(table: string): Row[] {
  const [titles = [], , ...rows] = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  return rows.map((cells) => Object.fromEntries(titles.map((title, index) => [title, cells[index] ?? ''])))
}

function query(asked: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(asked))
}

function meetingsOf(came: Row[]) {
  return [...Map.groupBy(came, ({ day = '22' }) => day)].map(([day, rows]) => {
    const stays = rows.map((row) => stayOf(row, day))
    const ends = stays.map(({ leftAt }) => leftAt)
    const meeting = {
      session: day,
      jid: 'maths@conference.example.com',
      name: 'maths',
      createdAt: Math.min(...stays.map(({ joinedAt }) => joinedAt)),
      endedAt: ends.includes(null) ? null : Math.max(...ends.map(Number)),
      inferred: false,
    }
    return { meeting, stays }
  })
}

function stayOf(row: Row, day: string): AttendedStay {
  const { name = '', jid, account, role, room, inferred } = row
  return {
    jid: jid || `${name.toLowerCase().replace(' ', '')}@example.com/tab`,
    nick: name,
    userId: account || null,
    email: null,
    role: role === 'moderator' ? role : 'participant',
    joinedAt: instant(day, row['in'] ?? ''),
    leftAt: row['out'] === '' ? null : instant(day, row['out'] ?? ''),
    inferred: inferred === 'yes',
    breakout: room === 'breakout',
  }
}

function instant(day: string, time: string): number {
  const parsed = Date.parse(`2026-11-${day}T${time}:00Z`)
  assert.ok(!Number.isNaN(parsed), time)
  return parsed
}

/** The rows of the file by their titles, and what stands below them. No cell of the examples holds a comma. */
async function fileOf(
  report: Report,
  { table, notes }: Pick<ReturnType<typeof meetingQuestion>, 'table' | 'notes'>,
): Promise<[Row[], string]> {
  const lines = (await text(csv(tableOf(report, table), { notes }))).replace('\uFEFF', '').split('\r\n')
  const end = lines.findIndex((line) => /^,*$/.test(line))
  const [titles = [], ...rows] = lines.slice(0, end).map((line) => line.split(','))
  const found = rows.map((cells) => Object.fromEntries(titles.map((title, at) => [title, cells[at] ?? ''])))
  return [found, lines.slice(end).join('\n')]
}
