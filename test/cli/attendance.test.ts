// rollcall attendance: a file from the database, beside a running server or without one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import ExcelJS from 'exceljs'
import pg from 'pg'
import type { Store } from '../../src/store/store.ts'
import { createRoom, endRoom, join as joining, leave, T0 } from '../support/commands.ts'
import { withStore } from '../support/copying.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { rollcall, serve } from '../support/process.ts'

const MINUTE = 60_000
const SESSION = 'lesson/1'
const CSV = ['Name,Total,Share', 'Ann,0:40:00,100.0%', 'Ben,0:20:00,50.0%', '']
const ASKED = ['--columns', 'name,total,share', '--no-notes']

describe('rollcall attendance', () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest')
  })
  after(() => postgres.dispose())

  async function ledger(t: TestContext): Promise<string> {
    const database = join(temporaryFolder(t), 'rollcall.db')
    await withStore({ database, schema: '' }, fill)
    return database
  }

  test('writes a CSV to standard output, and how far it is to standard error', async (t) => {
    const database = await ledger(t)
    const { code, stdout, stderr } = await rollcall(['attendance', SESSION, '--database', database, ...ASKED])
    assert.deepEqual([code, linesOf(stdout)], [0, CSV])
    assert.match(stderr, /^reading: 3 of 3 stays, [\d,]+ stays\/s\n$/)
  })

  test('writes the file that -o names, in the format of its name or that of --format', async (t) => {
    const database = await ledger(t)
    const folder = dirname(database)
    const run = (...args: string[]) =>
      rollcall(['attendance', SESSION, ...args], { ROLLCALL_DATABASE: database })
    assert.equal((await run('-o', join(folder, 'a.xlsx'))).code, 0)
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(join(folder, 'a.xlsx'))
    assert.deepEqual(book.worksheets[0]?.getColumn(1).values.slice(1), ['Name', 'Ann', 'Ben'])
    await run('-o', join(folder, 'b.json'))
    const { people } = JSON.parse(readFileSync(join(folder, 'b.json'), 'utf8')) as { people: unknown[] }
    assert.equal(people.length, 2)
    await run('-o', join(folder, 'c.txt'), '--format', 'csv', ...ASKED)
    assert.deepEqual(linesOf(readFileSync(join(folder, 'c.txt'), 'utf8')), CSV)
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    )
  })

  test('takes every option that the API takes', async (t) => {
    const database = await ledger(t)
    const run = async (...args: string[]) =>
      linesOf((await rollcall(['attendance', '--database', database, ...args])).stdout)
    const window = ['--from', '2026-01-01T11:10', '--to', '2026-01-01T10:20:00Z', '--tz', 'Europe/Berlin']
    const options = ['--threshold', '50', '--gap', '10', '--guests', 'separate', '--no-emails']
    assert.deepEqual(
      await run(
        SESSION,
        ...window,
        ...options,
        '--exclude',
        'ann',
        '--exclude',
        'x',
        '--columns',
        'name,firstIn,present',
      ),
      [
        'Name,First in (Europe/Berlin),Present (50%)',
        'Ben,2026-01-01 11:10:00,yes',
        ',,',
        'Room: daily,,',
        'Meeting: 2026-01-01 11:10:00 to 2026-01-01 11:20:00 (lesson/1),,',
        'Time zone: Europe/Berlin,,',
        'Duration: 0:10:00,,',
        '"People: 1, 1 of them present",,',
        '"Left out: 1 service, 1 excluded",,',
        '',
      ],
    )
    const course = ['--room', createRoom().jid, '--columns', 'name,attended', '--no-notes']
    assert.deepEqual(await run(...course), ['Name,Meetings present', 'Ann,2', 'Ben,0', ''])
    assert.deepEqual(await run(...course, '--from', '2026-01-02'), ['Name,Meetings present', 'Ann,1', ''])
  })

  test('reads beside a running server, and sees what it has answered', async (t) => {
    const database = await ledger(t)
    const server = await serve({ ROLLCALL_DATABASE: database })
    try {
      const body = { jid: 'zoe@x/1', roomJid: createRoom().jid, nick: 'Zoe', role: 'participant' }
      const answer = await fetch(`${server.url}/api/v1/occupants`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      assert.equal(answer.status, 200)
      const { code, stdout } = await rollcall(['attendance', 'lesson/2', '--database', database])
      assert.equal(code, 0)
      assert.match(stdout, /^Zoe,/m)
      assert.match(stdout, /Not finished/)
    } finally {
      server.child.kill()
      assert.equal(await server.exited, 0)
    }
    const { stdout } = await rollcall(['attendance', 'lesson/2', '--database', database])
    assert.match(stdout, /^Zoe,/m, 'and when the server has gone')
  })

  test('reads PostgreSQL', async () => {
    const place = { database: postgres.url, schema: 'attended' }
    await withStore(place, fill)
    const at = ['--database', place.database, '--schema', place.schema]
    const { code, stdout } = await rollcall(['attendance', SESSION, ...at, ...ASKED])
    assert.deepEqual([code, linesOf(stdout)], [0, CSV])
  })

  test('shows a bar on a terminal', async (t) => {
    const database = await ledger(t)
    const file = join(dirname(database), 'a.csv')
    const line = `${process.execPath} src/cli/main.ts attendance ${SESSION} --database ${database} -o ${file}`
    const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], { stdio: 'pipe' })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
    await new Promise((resolve) => child.once('close', resolve))
    assert.match(shown, /reading █+ 100 % 3 of 3 stays/)
    assert.ok(existsSync(file))
    const terminal = line.replace(`-o ${file}`, '--format xlsx')
    const refused = spawn('script', ['--quiet', '--return', '--command', terminal, '/dev/null'])
    shown = ''
    refused.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
    await new Promise((resolve) => refused.once('close', resolve))
    assert.match(shown, /an XLSX file does not belong on a terminal/)
  })

  test('says in one sentence what is wrong, and writes nothing', async (t) => {
    const database = await ledger(t)
    const refusal = async (...args: string[]) => {
      const { code, stdout, stderr } = await rollcall(['attendance', '--database', database, ...args])
      assert.deepEqual([code, stdout], [1, ''], stderr)
      return stderr.trim().split('\n').at(-1)
    }
    const either = 'rollcall: name either the session of a meeting or --room with the JID of a room'
    assert.equal(await refusal(), either)
    assert.equal(await refusal(SESSION, '--room', 'x@y'), either)
    assert.equal(await refusal('nowhere'), 'rollcall: no room has this session')
    assert.equal(await refusal('--room', 'x@y'), 'rollcall: there was no meeting of this room in that time')
    assert.equal(await refusal(SESSION, '--gap', 'x'), 'rollcall: gap must be a whole number')
    assert.match((await refusal(SESSION, '--tz', 'x')) ?? '', /^rollcall: tz must be an IANA time zone/)
    assert.match((await refusal(SESSION, '--format', 'pdf')) ?? '', /Allowed choices are json, csv, xlsx/)
    const folder = dirname(database)
    assert.match(
      (await refusal(SESSION, '-o', join(folder, 'no/a.csv'))) ?? '',
      /^rollcall: cannot write .*ENOENT/,
    )
    mkdirSync(join(folder, 'taken.csv'))
    assert.match((await refusal(SESSION, '-o', join(folder, 'taken.csv'))) ?? '', /^rollcall: cannot write/)
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.part')),
      [],
    )
  })

  test('refuses what is no ledger, and what another version wrote; nothing is touched', async (t) => {
    const folder = temporaryFolder(t)
    const refusal = async (database: string, ...more: string[]) => {
      const { code, stderr } = await rollcall(['attendance', SESSION, '--database', database, ...more])
      assert.equal(code, 1)
      return /\((DATABASE_\w+)\)$/.exec(stderr.trim())?.[1] ?? stderr
    }
    assert.equal(await refusal(join(folder, 'none.db')), 'DATABASE_MISSING')
    assert.ok(!existsSync(join(folder, 'none.db')))
    writeFileSync(join(folder, 'text.db'), 'this is no database, and long enough')
    assert.equal(await refusal(join(folder, 'text.db')), 'DATABASE_NOT_SQLITE')
    const other = new Database(join(folder, 'other.db'))
    other.exec('create table t (x)')
    other.close()
    assert.equal(await refusal(join(folder, 'other.db')), 'DATABASE_FOREIGN')

    for (const [version, code] of [
      [1, 'DATABASE_OLDER'],
      [99, 'DATABASE_NEWER'],
    ] as const) {
      const database = await ledger(t)
      const db = new Database(database)
      db.pragma(`user_version = ${version}`)
      db.close()
      assert.equal(await refusal(database), code)
    }
    const damaged = join(folder, 'damaged.db')
    writeFileSync(damaged, `SQLite format 3\0${'damage'.repeat(1_000)}`)
    assert.equal(await refusal(damaged), 'DATABASE_UNUSABLE')

    assert.equal(await refusal(postgres.url, '--schema', 'nowhere'), 'DATABASE_MISSING')
    assert.equal(await refusal('postgres://x@127.0.0.1:1/x'), 'DATABASE_UNREACHABLE')
    for (const [change, code] of [
      ['delete from %.rollcall_schema where version > 1', 'DATABASE_OLDER'],
      ['insert into %.rollcall_schema values (99)', 'DATABASE_NEWER'],
    ] as const) {
      const schema = code.toLowerCase()
      await withStore({ database: postgres.url, schema }, async () => {})
      const client = new pg.Client(postgres.url)
      await client.connect()
      await client.query(change.replace('%', schema))
      await client.end()
      assert.equal(await refusal(postgres.url, '--schema', schema), code)
    }
  })
})

async function fill(store: Store): Promise<void> {
  const at = (minute: number) => ({ at: T0 + minute * MINUTE })
  const ben = { jid: 'ben@example.com/b' }
  const day = 24 * 60
  const commands = [
    createRoom({ session: SESSION, ...at(0) }),
    joining({ jid: 'focus@auth.example.com/f', nick: 'focus', ...at(0) }),
    joining({ email: 'ann@example.com', ...at(0) }),
    joining({ ...ben, nick: 'Ben', ...at(0) }),
    leave({ ...ben, ...at(20) }),
    leave(at(40)),
    endRoom({ session: SESSION, ...at(60) }),
    createRoom({ session: 'lesson/2', ...at(day) }),
    joining({ email: 'ann@example.com', ...at(day) }),
    leave(at(day + 40)),
  ]
  for (const command of commands) {
    const receivedAt = T0 + 2 * day * MINUTE
    assert.equal(await store.submit({ command, receivedAt, key: null }), 'success')
  }
}

function linesOf(file: string): string[] {
  return file.replace('\uFEFF', '').split('\r\n')
}
