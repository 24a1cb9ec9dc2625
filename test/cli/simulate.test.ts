// rollcall simulate: as a person runs it, against a server that runs and against a database without one.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { DEMO_HOST } from '../../src/ledger/demo.ts'
import { temporaryFolder } from '../support/folder.ts'
import { freePort } from '../support/port.ts'
import { rollcall, start } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../e2e/until.ts'

const OWN = { session: 's1', jid: 'daily@conference.example.com', name: 'daily' }

describe('rollcall simulate', () => {
  test('writes a day to a running server, and removes it again and nothing else', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    await post(server, '/api/v1/rooms', OWN)
    const written = await rollcall(['simulate', '--days', '2', '--url', server.url])
    assert.equal(written.code, 0, written.stderr)
    assert.match(written.stdout, /Wrote [\d,]+ reports of 2 days and of today, 0 refused/)
    const hosts = await hostNames(server)
    assert.deepEqual(hosts, [DEMO_HOST, 'conference.example.com'])

    const removed = await rollcall(['simulate', '--remove', '--url', server.url])
    assert.equal(removed.code, 0, removed.stderr)
    assert.match(removed.stdout, /Removed the demo: [1-9][\d,]* rooms, [1-9][\d,]* stays, [1-9]/)
    assert.deepEqual(await hostNames(server), ['conference.example.com'])
    const { rooms } = (await get(server, '/api/v1/rooms')) as { rooms: { session: string }[] }
    assert.deepEqual(
      rooms.map(({ session }) => session),
      ['s1'],
    )
  })

  test('goes on where it ended: nobody is twice in a room', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    for (let run = 0; run < 2; run += 1) {
      const { code, stdout, stderr } = await rollcall(['simulate', '--url', server.url])
      assert.equal(code, 0, stderr)
      assert.match(stdout, / 0 refused/)
    }
    // Whatever the hour is: a whole day, not what there was of today.
    const { rooms } = (await get(server, '/api/v1/rooms?sort=created')) as { rooms: { createdAt: string }[] }
    const midnight = new Date().setHours(0, 0, 0, 0)
    assert.ok(Date.parse(rooms[0]?.createdAt ?? '') < midnight - 22 * 3_600_000)
  })

  test('writes into the database while no server runs', async (t) => {
    const folder = temporaryFolder(t)
    const env = {
      ROLLCALL_DATABASE: join(folder, 'rollcall.db'),
      ROLLCALL_PORT: `${await freePort()}`,
      ROLLCALL_INGEST_TOKEN: 'write',
      ROLLCALL_READ_TOKEN: 'read',
    }
    const written = await rollcall(['simulate'], env)
    assert.equal(written.code, 0, written.stderr)
    assert.match(written.stderr, /to the database .*rollcall\.db/)
    const server = await startServer({ databasePath: env.ROLLCALL_DATABASE })
    assert.deepEqual(await hostNames(server), [DEMO_HOST])
    await server.stop()
    const removed = await rollcall(['simulate', '--remove'], env)
    assert.match(removed.stdout, /Removed the demo: [1-9]/)
  })

  test('goes on live as a Prosody that is in sync, and ends what is live when it is stopped', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    // The second one finds meetings that the first one ended, and that go on by the plan.
    for (let run = 0; run < 2; run += 1) {
      const child = start(['simulate', '--live', '--speed', '600', '--url', server.url], {})
      const host = async () =>
        ((await get(server, '/api/v1/hosts')) as { hosts: Record<string, unknown>[] }).hosts[0] ?? {}
      let output = ''
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      await until('it has written the past', () => output.includes('Going on until it is stopped'))
      const before = Number((await host())['received'])
      await until('it has gone on', async () => {
        const { received, rooms } = await host()
        return Number(received) > before + 20 && Number(rooms) > 0
      })
      const { silent, inSync } = await host()
      assert.deepEqual([silent, inSync], [false, true])
      child.kill('SIGINT')
      assert.equal(await ended, 0)
      assert.equal((await host())['rooms'], 0)
    }
  })

  test('says what to do where the server cannot be reached, or wants a token', async (t) => {
    const nowhere = await rollcall(['simulate', '--url', `http://127.0.0.1:${await freePort()}`])
    assert.equal(nowhere.code, 1)
    assert.match(nowhere.stderr, /does not answer: .*ECONNREFUSED/)
    const server = await startServer({ settings: { ROLLCALL_INGEST_TOKEN: 'write' } })
    t.after(() => server.stop())
    const barred = await rollcall(['simulate', '--remove', '--url', server.url])
    assert.equal(barred.code, 1)
    assert.match(barred.stderr, /needs a token: give an admin token as --token/)
    const both = await rollcall(['simulate', '--remove', '--live', '--url', server.url])
    assert.notEqual(both.code, 0)
  })
})

async function get(server: TestServer, path: string): Promise<unknown> {
  return (await fetch(server.url + path)).json()
}

async function post(server: TestServer, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(status, 200)
}

async function hostNames(server: TestServer): Promise<string[]> {
  return ((await get(server, '/api/v1/hosts')) as { hosts: { host: string }[] }).hosts.map(({ host }) => host)
}
