// What rollcall attendance leaves behind, however it ends, and what it does with a name that is taken.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createRoom, join as joining, T0 } from '../support/commands.ts'
import { withStore } from '../support/copying.ts'
import { rollcall, start } from '../support/process.ts'

/** Some megabytes of a file, which take a second to write. */
const PEOPLE = 30_000

describe('a report on the command line', () => {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
  const database = join(root, 'rollcall.db')
  let folder: string
  let file: string
  const args = ['attendance', 's1', '--database', database]

  before(async () => {
    chmodSync(root, 0o755)
    await withStore({ database, schema: '' }, async (store) => {
      await store.submit({ command: createRoom({ at: T0 }), receivedAt: T0, key: null })
      const joins = Array.from({ length: PEOPLE }, (_, n) =>
        joining({ jid: `p${n}@example.com/a`, nick: `Person ${n}`, at: T0 + n }),
      )
      for (let next = 0; next < PEOPLE; next += 5_000) {
        const some = joins.slice(next, next + 5_000)
        await Promise.all(
          some.map((command) => store.submit({ command, receivedAt: T0 + PEOPLE, key: null })),
        )
      }
    })
  })
  beforeEach(() => {
    folder = mkdtempSync(join(root, 'out-'))
    file = join(folder, 'a.csv')
  })
  after(() => rmSync(root, { recursive: true }))

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`that is ended half way by ${signal} leaves no file`, async () => {
      const child = start([...args, '-o', join(folder, 'a.xlsx')], {})
      while (readdirSync(folder).length === 0 && child.exitCode === null) await pause(5)
      child.kill(signal)
      const [, ended] = (await once(child, 'close')) as [number | null, string]
      assert.equal(ended, signal)
      assert.deepEqual(readdirSync(folder), [])
    })
  }

  test('replaces a file behind a link, and who could not read it before cannot now', async () => {
    writeFileSync(file, 'old')
    chmodSync(file, 0o600)
    const link = join(folder, 'link.csv')
    symlinkSync('a.csv', link)
    assert.equal((await rollcall([...args, '-o', link])).code, 0)
    assert.ok(lstatSync(link).isSymbolicLink())
    assert.match(readFileSync(file, 'utf8'), /Person 7,/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })

  test('goes into a named pipe, which stays one', async () => {
    const pipe = join(folder, 'pipe')
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0)
    const reader = spawn('wc', ['--lines', pipe])
    const [{ code }, [lines]] = await Promise.all([
      rollcall([...args, '--no-notes', '-o', pipe]),
      once(reader.stdout, 'data') as Promise<[Buffer]>,
    ])
    assert.equal(code, 0)
    assert.equal(parseInt(lines.toString()), PEOPLE + 1)
    assert.ok(statSync(pipe).isFIFO())
  })

  test('that does not fit says so in a sentence, in a file and on standard output', async () => {
    const full = await rollcall([...args, '-o', '/dev/full'])
    assert.match(full.stderr, /^rollcall: cannot write \/dev\/full: ENOSPC/m)
    assert.ok(statSync('/dev/full').isCharacterDevice())
    assert.equal(full.code, 1)
    const line = ['-c', `"$0" src/cli/main.ts ${args.join(' ')} > /dev/full`, process.execPath]
    const printed = spawnSync('sh', line, { encoding: 'utf8' })
    assert.match(printed.stderr, /^rollcall: cannot write to standard output: ENOSPC/m)
    assert.equal(printed.status, 1)
    mkdirSync(join(folder, 'b.csv'))
    const taken = await rollcall([...args, '-o', join(folder, 'b.csv')])
    assert.match(taken.stderr, /^rollcall: cannot write .*b\.csv: EISDIR/m)
  })

  test('ends quietly when whoever reads it has seen enough', () => {
    const line = `"$0" src/cli/main.ts ${args.join(' ')} | head -n 2; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath], { encoding: 'utf8' })
    assert.deepEqual(stdout.split('\n').slice(2), ['0', ''])
    assert.match(stdout, /Person 0,/)
    assert.match(stderr, /^reading: [^\n]*\n$/)
  })
})
