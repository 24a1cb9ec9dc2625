// A real PgBouncer between us and PostgreSQL.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join as path } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { ensure } from '../../scripts/debian.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { until } from '../e2e/until.ts'
import { createRoom, join, T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'
import { query } from './held.ts'
import { freePort } from '../support/port.ts'
import { asNobody, startPostgres, type Postgres } from '../support/postgres.ts'

const skip = ensure(['pgbouncer'], 'the tests with a pooler').length > 0 && 'there is no pgbouncer'

describe('PgBouncer', { skip }, () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres('newest')
  })
  after(() => postgres.dispose())

  test('in session mode: two instances write, hear each other, and one of them leads', async (t) => {
    const url = await startPooler(t, 'session')
    const stores = [await open(t, url), await open(t, url)] as const
    const told: number[] = []
    let leading = 0
    stores[1].onAppend((seq) => told.push(seq))
    for (const store of stores) {
      store.lead(async (signal) => {
        leading += 1
        await once(signal, 'abort')
      })
    }
    assert.equal(await stores[0].submit({ command: createRoom(), receivedAt: T0, key: null }), 'success')
    const answers = Array.from({ length: 100 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 2))
      const command = join({ jid: `${n}@example.com` })
      return stores[n % 2 === 0 ? 0 : 1].submit({ command, receivedAt: T0, key: `${n}` })
    })
    assert.deepEqual([...new Set(await Promise.all(answers))], ['success'])
    await until('it has heard of all', () => told.includes(101))
    await until('one leads', () => leading > 0)
    assert.equal(leading, 1)
  })

  test('in transaction mode: it is refused at the start, and nothing is made', async (t) => {
    const url = await startPooler(t, 'transaction')
    await assert.rejects(openPostgres({ url, schema: 'shared', queueLimit: 1 }), {
      code: 'DATABASE_UNUSABLE',
      message: /is a pooler that shares sessions\. Set it to session mode/,
    })
    const made = await query(
      { url: postgres.url, schema: 'public' },
      "select to_regnamespace('shared') as shared",
    )
    assert.deepEqual(made, [{ shared: null }])
  })

  async function open(t: TestContext, url: string) {
    const store = await openPostgres({ url, schema: 'pooled', queueLimit: 1_000 })
    t.after(() => store.close())
    return store
  }

  /** Resolves with the address of the database behind it. */
  async function startPooler(t: TestContext, mode: string): Promise<string> {
    const folder = temporaryFolder(t)
    chmodSync(folder, 0o755)
    const port = await freePort()
    const [users, config] = [path(folder, 'users'), path(folder, 'pgbouncer.ini')]
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'trust',
      auth_file: users,
      pool_mode: mode,
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
    writeFileSync(users, '"rollcall" ""\n')
    writeFileSync(
      config,
      `[databases]\n* = host=127.0.0.1 port=${postgres.port}\n[pgbouncer]\n${lines.join('')}`,
    )
    const command: string[] = [...asNobody(), 'pgbouncer', config]
    const [program = '', ...rest] = command
    const child = spawn(program, rest, { stdio: 'ignore' })
    t.after(async () => {
      child.kill()
      await once(child, 'exit')
    })
    await until('it listens', () => listens(port))
    return `postgres://rollcall@127.0.0.1:${port}/postgres`
  }
})

function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}
