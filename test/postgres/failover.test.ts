// Two addresses of one database: a primary, and a synchronous standby that takes over when the primary dies.
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { until } from '../e2e/until.ts'
import { status, stop } from '../faults/during.ts'
import { createLoad } from '../faults/load.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'
import { holdsItsWord, query } from './held.ts'
import { create, sessions } from './say.ts'

test('the standby takes over under load: what was answered 200 is there, and the server was not restarted', async (t) => {
  const primary = await startPostgres('newest', { synchronous_standby_names: '*' })
  t.after(() => primary.dispose())
  await primary.stop()
  const standby = await startPostgres('newest', {}, { copyOf: primary.data, prepare: follow(primary.port) })
  t.after(() => standby.dispose())
  await primary.start()
  const addresses = `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`
  const schema = 'failover'
  const server = await serve({
    ROLLCALL_DATABASE: `postgres://rollcall@${addresses}/postgres`,
    ROLLCALL_SCHEMA: schema,
  })
  assert.match(server.output(), new RegExp(`127.0.0.1:${standby.port} or 127.0.0.1:${primary.port}`))

  const load = createLoad({ seed: Date.now() % 1_000_000 })
  const over = new AbortController()
  const running = load.run(server.url, over.signal)
  await until('it is under load', () => load.counts.answered > 300, 60_000)
  await primary.kill()
  // The standby alone is there, and takes no writes.
  assert.equal((await create(server, 'other')).status, 503)
  assert.equal(await status(server, '/readyz'), 503)
  const promoted = Date.now()
  await query({ url: standby.url, schema: 'public' }, 'select pg_promote()')
  const before = load.counts.answered
  await until('it is answered again', () => load.counts.answered > before, 60_000)
  t.diagnostic(`the first 200 came ${Date.now() - promoted} ms after the standby was promoted`)
  await until('there is more', () => load.counts.answered > before + 300, 60_000)
  over.abort()
  await running
  await load.finish(server.url)
  const found = await holdsItsWord(t, { url: standby.url, schema }, load)
  t.diagnostic(`${load.counts.answered} answered 200, ${load.counts.refused} refused, ${found} calls found`)
  await stop(server)
})

test('an address that is read-only is not taken, and is left when it becomes so', async (t) => {
  const first = await startPostgres('newest')
  t.after(() => first.dispose())
  const store = await openPostgres({ url: first.url, schema: 'rollcall', queueLimit: 1 })
  await store.close()
  await first.stop()
  const second = await startPostgres('newest', {}, { copyOf: first.data })
  t.after(() => second.dispose())
  await first.start()
  await readOnly(second, 'on')
  const addresses = `127.0.0.1:${second.port},127.0.0.1:${first.port}`
  const server = await serve({ ROLLCALL_DATABASE: `postgres://rollcall@${addresses}/postgres` })
  assert.equal((await create(server, 'one')).status, 200)

  await first.kill()
  assert.equal((await create(server, 'two', 'k')).status, 503)
  await first.start()
  await until('it goes on', async () => (await create(server, 'two', 'k')).status === 200)
  assert.deepEqual(await sessions(server), ['one', 'two'])

  // As when it was demoted: its connections stay.
  await readOnly(first, 'on')
  assert.equal((await create(server, 'three', 'k3')).status, 503)
  await readOnly(second, 'off')
  await until('it is left', async () => (await create(server, 'three', 'k3')).status === 200)
  const rooms = await query({ url: second.url, schema: 'rollcall' }, 'select session from rooms')
  assert.deepEqual(rooms, [{ session: 'three' }])
  await stop(server)
})

/** Makes a copy of the primary's data its standby. */
function follow(port: number): (data: string) => void {
  return (data) => {
    appendFileSync(
      join(data, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=127.0.0.1 port=${port} user=rollcall'\n`,
    )
    appendFileSync(join(data, 'standby.signal'), '')
  }
}

async function readOnly({ url }: Postgres, value: string): Promise<void> {
  const writable = `${url}?options=-c%20default_transaction_read_only%3Doff`
  await query(
    { url: writable, schema: 'public' },
    `alter system set default_transaction_read_only = ${value}`,
  )
  await query({ url: writable, schema: 'public' }, 'select pg_reload_conf()')
}
