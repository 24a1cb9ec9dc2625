// Addresses of a database: what is refused at the start, how it is said, and what is understood.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ensure } from '../../scripts/debian.ts'
import { readSettings, SettingError } from '../../src/config.ts'
import { OpenError } from '../../src/store/errors.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { rollcall, serve } from '../support/process.ts'
import { query } from './held.ts'
import { create } from './say.ts'

const noTls = ensure(['openssl'], 'the tests with TLS').length > 0 && 'there is no openssl'
const PASSWORD = 'tr0ub4dor'

describe('a PostgreSQL', () => {
  let postgres: Postgres
  let port: number
  before(async () => {
    postgres = await startPostgres('newest')
    port = postgres.port
    const sql = `create role guest login password '${PASSWORD}'; create schema guest authorization guest`
    await query({ url: postgres.url, schema: 'public' }, sql)
    const rules = `local all all trust\nhost all guest 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n`
    writeFileSync(join(postgres.data, 'pg_hba.conf'), rules)
    await query({ url: postgres.url, schema: 'public' }, 'select pg_reload_conf()')
  })
  after(() => postgres.dispose())

  test('that is not there', () =>
    refuses('postgres://u:' + PASSWORD + '@127.0.0.1:1/x', /UNREACHABLE/, /ECONNREFUSED/))

  test('that does not know the password', () =>
    refuses(
      `postgres://guest:not${PASSWORD}@127.0.0.1:${port}/postgres`,
      /UNREACHABLE/,
      /28P01: password auth/,
    ))

  test('that wants a password and gets none', () =>
    refusesToOpen(`postgres://guest@127.0.0.1:${port}/postgres`, /password must be a string/))

  test('without that database', () => refusesToOpen(`${postgres.url}_no`, /3D000: database "postgres_no"/))

  test('where the schema may not be created', () =>
    refusesToOpen(
      `postgres://guest:${PASSWORD}@127.0.0.1:${port}/postgres`,
      /permission denied/,
      'DATABASE_UNUSABLE',
    ))

  test('where the schema was made for us by somebody else', async () => {
    await works({
      ROLLCALL_DATABASE: `postgres://guest:${PASSWORD}@127.0.0.1:${port}/postgres`,
      ROLLCALL_SCHEMA: 'guest',
    })
  })

  test('with a schema of a newer version', async () => {
    await works({ ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: 'newer' })
    await query({ url: postgres.url, schema: 'newer' }, 'insert into rollcall_schema values (99)')
    await refuses(postgres.url, /DATABASE_NEWER/, /newer Rollcall \(99,/, { ROLLCALL_SCHEMA: 'newer' })
  })

  for (const [title, password] of [
    ['a slash', '123/tr0ub4dor'],
    ['a question mark', '123?tr0ub4dor'],
    ['a hash', '123#tr0ub4dor'],
    ['a letter and a slash', 'tr0ub4dor/1'],
  ] as const) {
    test(`whose password has ${title} in it that is not escaped`, () => {
      const address = `postgres://guest:${password}@127.0.0.1:${port}/postgres`
      assert.throws(
        () => readSettings({ ROLLCALL_DATABASE: address }),
        (error) => {
          assert.ok(error instanceof SettingError)
          assert.match(error.message, /written %2F/)
          assert.doesNotMatch(error.message, /tr0ub4dor|123/)
          return true
        },
      )
    })
  }

  test('named by the variables of PostgreSQL', async () => {
    const variables = {
      PGHOST: '127.0.0.1',
      PGPORT: `${port}`,
      PGUSER: 'guest',
      PGPASSWORD: PASSWORD,
      PGDATABASE: 'postgres',
    }
    await works({ ...variables, ROLLCALL_DATABASE: 'postgres://', ROLLCALL_SCHEMA: 'guest' })
  })

  test('on its unix socket', async () => {
    await works({
      ROLLCALL_DATABASE: `postgres://rollcall@/postgres?host=${postgres.folder}&port=${port}`,
      ROLLCALL_SCHEMA: 'socket',
    })
    await opens(`postgres:///postgres?host=${postgres.folder}&port=${port}&user=rollcall`)
  })

  for (const parameter of ['sslrootcert', 'sslcert', 'sslkey']) {
    test(`whose ${parameter} is a file that is not there, or is none`, (t) => {
      for (const [path, code] of [
        ['/nowhere/db.crt', 'ENOENT'],
        [temporaryFolder(t), 'EISDIR'],
      ]) {
        const address = `postgres://guest:${PASSWORD}@127.0.0.1:${port}/postgres?${parameter}=${path}`
        assert.throws(() => readSettings({ ROLLCALL_DATABASE: address }), {
          name: 'SettingError',
          message: new RegExp(
            `^ROLLCALL_DATABASE must be an address whose files can be read; .* cannot: ${code}$`,
          ),
        })
      }
    })
  }

  test('without TLS, where it is asked for', () =>
    refusesToOpen(`${postgres.url}?sslmode=require`, /server does not support SSL/))

  test(
    'with TLS: its certificate is verified, unless that is asked not to be',
    { skip: noTls },
    async (t) => {
      const { certificate, key } = selfSigned(temporaryFolder(t), postgres.data)
      const tls = await startPostgres('newest', { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key })
      t.after(() => tls.dispose())
      const rules = 'local all all trust\nhostnossl all all all reject\nhostssl all all all trust\n'
      await query({ url: tls.url, schema: 'public' }, 'select 1')
      writeFileSync(join(tls.data, 'pg_hba.conf'), rules)
      await query({ url: tls.url, schema: 'public' }, 'select pg_reload_conf()')

      // Of an address that is no name, pg verifies nothing but that the certificate is one of localhost.
      const url = tls.url.replace('127.0.0.1', 'localhost')
      await refusesToOpen(url, /28000: .*no encryption/)
      for (const mode of ['require', 'verify-ca', 'verify-full']) {
        await refusesToOpen(`${url}?sslmode=${mode}`, /self-signed certificate/)
        await opens(`${url}?sslmode=${mode}&sslrootcert=${certificate}`)
      }
      await opens(`${url}?sslmode=no-verify`)
      await opens(`${url}?uselibpqcompat=true&sslmode=require`)
      await works({ ROLLCALL_DATABASE: `${url}?sslmode=verify-full&sslrootcert=${certificate}` })
    },
  )

  async function refuses(
    url: string,
    code: RegExp,
    says: RegExp,
    env: Record<string, string> = {},
  ): Promise<void> {
    const ended = await rollcall(['serve'], { ROLLCALL_PORT: '0', ROLLCALL_DATABASE: url, ...env })
    assert.equal(ended.code, 1, ended.stderr)
    assert.match(ended.stderr, /^rollcall: .+$/m)
    assert.match(ended.stderr, code)
    assert.match(ended.stderr, says)
    assert.doesNotMatch(ended.stdout + ended.stderr, /tr0ub4dor|123/)
  }
})

async function refusesToOpen(url: string, says: RegExp, code = 'DATABASE_UNREACHABLE'): Promise<void> {
  const opened = openPostgres({ url, schema: 'rollcall', queueLimit: 1 })
  await assert.rejects(opened, (error) => {
    assert.ok(error instanceof OpenError && error.code === code)
    assert.match(error.message, says)
    assert.doesNotMatch(error.message, /tr0ub4dor/)
    return true
  })
}

async function opens(url: string): Promise<void> {
  const store = await openPostgres({ url, schema: 'rollcall', queueLimit: 1 })
  await store.ready()
  await store.close()
}

async function works(env: Record<string, string>): Promise<void> {
  const server = await serve(env)
  assert.equal((await create(server, `room-${Date.now()}`)).status, 200)
  server.child.kill()
  assert.equal(await server.exited, 0)
  assert.doesNotMatch(server.output(), /tr0ub4dor/)
}

/** Of localhost, for the owner of that data: PostgreSQL refuses a key that others can read. */
function selfSigned(folder: string, data: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'pipe' })
  const { uid, gid } = statSync(data)
  for (const file of [certificate, key]) chownSync(file, uid, gid)
  chmodSync(key, 0o600)
  return { certificate, key }
}
