// What the server refuses to start with: one clear sentence, exit 1, and nothing touched.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../support/folder.ts'
import { rollcall, serve } from '../support/process.ts'

describe('a database that cannot be used', () => {
  test('in a folder that does not exist', async (t) => {
    const folder = join(temporaryFolder(t), 'missing')
    await refuses(join(folder, 'rollcall.db'), 'DATABASE_FOLDER_MISSING', `mkdir -p ${folder}`)
    assert.equal(existsSync(folder), false)
  })

  test('that is a folder', async (t) => {
    await refuses(temporaryFolder(t), 'DATABASE_NOT_SQLITE', 'is not a file')
  })

  test('that is not writable', async (t) => {
    const file = await ledger(t)
    chmodSync(file, 0o444)
    await refuses(file, 'DATABASE_NOT_WRITABLE', 'is not writable by the user')
  })

  test('in a folder that is not writable', async (t) => {
    const folder = temporaryFolder(t)
    chmodSync(folder, 0o555)
    await refuses(join(folder, 'new.db'), 'DATABASE_NOT_WRITABLE', `${folder} is not writable`)
  })

  test('that is not SQLite', async (t) => {
    const file = join(temporaryFolder(t), 'notes.txt')
    writeFileSync(file, 'Dear diary,\n'.repeat(1_000))
    await refuses(file, 'DATABASE_NOT_SQLITE', 'is not an SQLite database')
  })

  test('that is SQLite and damaged', async (t) => {
    const file = await ledger(t)
    writeFileSync(file, readFileSync(file).fill(7, 100))
    await refuses(file, 'DATABASE_UNUSABLE', 'malformed')
  })

  test('that belongs to another program', async (t) => {
    const file = join(temporaryFolder(t), 'other.db')
    new Database(file).exec('create table photos (id)').close()
    await refuses(file, 'DATABASE_FOREIGN', 'belongs to another program')
  })

  test('from a newer version', async (t) => {
    const file = await ledger(t)
    const db = new Database(file)
    db.pragma('user_version = 99')
    db.close()
    await refuses(file, 'DATABASE_NEWER', 'newer Rollcall (schema 99')
  })

  test('in use by another server', async (t) => {
    const file = join(temporaryFolder(t), 'rollcall.db')
    const first = await serve({ ROLLCALL_DATABASE: file })
    t.after(() => first.child.kill())
    await refuses(file, 'DATABASE_LOCKED', 'in use by another server')
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200)
  })

  test('in use by a server that was killed is free again', async (t) => {
    const file = join(temporaryFolder(t), 'rollcall.db')
    const first = await serve({ ROLLCALL_DATABASE: file })
    first.child.kill('SIGKILL')
    await first.exited
    const second = await serve({ ROLLCALL_DATABASE: file })
    second.child.kill()
    assert.equal(await second.exited, 0)
  })
})

describe('settings that cannot be used', () => {
  const refused: [title: string, env: Record<string, string>, says: string][] = [
    [
      'a port that is no number',
      { ROLLCALL_PORT: 'http' },
      'ROLLCALL_PORT must be a whole number from 0 to 65535',
    ],
    [
      'a port out of range',
      { ROLLCALL_PORT: '65536' },
      'ROLLCALL_PORT must be a whole number from 0 to 65535',
    ],
    [
      'a log level that is none',
      { ROLLCALL_LOG_LEVEL: 'loud' },
      'ROLLCALL_LOG_LEVEL must be one of fatal, error',
    ],
    ['a proxy that is no address', { ROLLCALL_TRUSTED_PROXIES: 'nginx' }, '"nginx" is neither'],
    [
      'a database that is not supported',
      { ROLLCALL_DATABASE: 'mysql://db' },
      'ROLLCALL_DATABASE must be a file',
    ],
    [
      'an open door without tokens',
      { ROLLCALL_HOST: '0.0.0.0' },
      'ROLLCALL_INGEST_TOKEN and ROLLCALL_READ_TOKEN must',
    ],
    [
      'an open door without a read token',
      { ROLLCALL_HOST: '::', ROLLCALL_INGEST_TOKEN: 'secret-one' },
      'so ROLLCALL_READ_TOKEN must be set too',
    ],
    [
      'an address of another machine',
      { ROLLCALL_HOST: '192.0.2.1', ...tokens() },
      'this machine has no such address',
    ],
  ]
  for (const [title, env, says] of refused) {
    test(title, async (t) => {
      const { code, stderr } = await rollcall(['serve'], {
        ROLLCALL_DATABASE: join(temporaryFolder(t), 'a.db'),
        ...env,
      })
      assert.equal(code, 1)
      assert.match(stderr, /^rollcall: .+\n$/)
      assert.ok(stderr.includes(says), stderr)
    })
  }

  test('a token is never shown', async () => {
    const { code, stderr } = await rollcall(['serve'], { ROLLCALL_ADMIN_TOKEN: 'correct horse' })
    assert.equal(code, 1)
    assert.match(stderr, /^rollcall: ROLLCALL_ADMIN_TOKEN must be tokens of letters/)
    assert.doesNotMatch(stderr, /horse/)
  })

  test('a port that is taken', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const database = join(temporaryFolder(t), 'a.db')
    const { code, stderr } = await rollcall(['serve', '--port', `${port}`, '--database', database])
    assert.equal(code, 1)
    assert.equal(
      stderr,
      `rollcall: Cannot listen on 127.0.0.1 port ${port}: another program does. Stop it, or set ROLLCALL_PORT.\n`,
    )
  })
})

async function refuses(file: string, code: string, says: string): Promise<void> {
  const before = contents(file)
  const ended = await rollcall(['serve'], { ROLLCALL_DATABASE: file, ROLLCALL_PORT: '0' })
  assert.equal(ended.code, 1, ended.stderr)
  assert.match(ended.stderr, new RegExp(`^rollcall: .+ \\(${code}\\)\n$`))
  assert.ok(ended.stderr.includes(says), ended.stderr)
  assert.equal(contents(file), before)
}

/** A closed ledger of this version. */
async function ledger(t: TestContext): Promise<string> {
  const file = join(temporaryFolder(t), 'rollcall.db')
  const server = await serve({ ROLLCALL_DATABASE: file })
  server.child.kill()
  await server.exited
  return file
}

function contents(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? ''
  }
}

function tokens(): Record<string, string> {
  return { ROLLCALL_INGEST_TOKEN: 'secret-one', ROLLCALL_READ_TOKEN: 'secret-two' }
}
