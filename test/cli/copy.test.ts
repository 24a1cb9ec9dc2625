// rollcall copy: the ledger is the same on the other side, reads the same, and goes on from there.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { describe, test } from 'node:test'
import { createRoom, HOST, T0 } from '../support/commands.ts'
import { assertSameRows, copying, tablesOf, type Place } from '../support/copying.ts'
import { rollcall } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'

const NOW = T0 + 6 * 60 * 60 * 1_000
const SAME = /both sides hold the same ledger/

describe('rollcall copy', () => {
  const { command, file, missing, schema } = copying()

  test('moves a ledger to PostgreSQL and back: each reads the same, and each goes on', async (t) => {
    const [first, back] = [file(t), missing(t)]
    const there = schema()
    for (const [from, to] of [
      [first, there],
      [there, back],
    ] as const) {
      const { code, stdout, stderr } = await rollcall(command(from, to))
      assert.equal(code, 0, stderr)
      assert.match(stdout, SAME)
    }
    assertSameRows(tablesOf(back), tablesOf(first))

    const sides: Place[] = [{ database: first, schema: '' }, there, { database: back, schema: '' }]
    const [original, ...copies] = await Promise.all(sides.map((place) => withServer(place, readAll)))
    assert.ok(original && original.events.length > 10_000 && original.occupants.length > 100)
    for (const copy of copies) assertSameRows(copy, original)

    const [continued, ...others] = await Promise.all(sides.map((place) => withServer(place, goOn)))
    assert.deepEqual(continued?.answers, EXPECTED)
    for (const other of others) {
      assert.deepEqual(other.answers, EXPECTED)
      assertSameRows(other.after, continued?.after ?? {})
    }
  })

  test('moves a ledger from one file to another, and from one schema to another', async (t) => {
    const [first, second] = [file(t), missing(t)]
    assert.match((await rollcall(command(first, second))).stdout, SAME)
    assertSameRows(tablesOf(second), tablesOf(first))

    const [one, other] = [schema(), schema()]
    await rollcall(command(first, one))
    const { stdout, stderr } = await rollcall(command(one, other))
    assert.match(stdout, SAME, stderr)
    assert.match(stdout, new RegExp(`and ROLLCALL_SCHEMA to ${other.schema}, and start the server`))
  })

  test('run again it finds nothing to do, and compares', async (t) => {
    const first = file(t)
    const to = schema()
    const sums = (stdout: string) => stdout.split('\n').slice(0, 6)
    const before = await rollcall(command(first, to))
    const again = await rollcall(command(first, to))
    assert.match(again.stdout, /^Nothing was left to copy/m)
    assert.match(again.stdout, SAME)
    assert.deepEqual(sums(again.stdout), sums(before.stdout))
    assert.match(sums(before.stdout)[3] ?? '', /^events +\d\d,\d{3} rows +sha256 [0-9a-f]{64}$/)
  })

  test('shows a bar on a terminal', async (t) => {
    const line = [process.execPath, 'src/cli/main.ts', ...command(file(t), missing(t))].join(' ')
    const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], { stdio: 'pipe' })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
    await new Promise((resolve) => child.once('close', resolve))
    assert.match(shown, /copying █+ 100 % ([\d,]+) of \1 rows/)
    assert.match(shown, SAME)
  })
})

async function withServer<T>(
  { database, schema }: Place,
  work: (server: TestServer) => Promise<T>,
): Promise<T> {
  const settings = { ROLLCALL_DATABASE: database, ROLLCALL_SCHEMA: schema }
  const server = await startServer({ settings, now: () => NOW })
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

async function readAll(server: TestServer) {
  const rooms = await list(server, 'rooms', 'rooms')
  const sessions = rooms.map((room) => (room as { session: string }).session)
  // The newest, in which most has happened, and a sample of the others.
  const some = sessions.filter((_, index) => index < 10 || index % 40 === 0)
  const occupants: unknown[] = []
  for (const session of some)
    occupants.push(...(await list(server, `rooms/${session}/occupants`, 'occupants')))
  return {
    rooms,
    occupants,
    people: await list(server, 'people', 'people'),
    events: await list(server, 'events', 'events'),
    hosts: await get(server, 'hosts'),
  }
}

const EXPECTED = ['success', 'duplicate', 'success', 'success', 'success', 'success']

/** A repeated key, the same without a key, then somebody joins, leaves, and the room ends. */
async function goOn(server: TestServer) {
  const keyed = createRoom({ session: 'keyed', jid: 'keyed@breakout.example.com' })
  const answers: unknown[] = []
  for (const key of ['the key', null]) {
    answers.push(await server.store.submit({ command: keyed, receivedAt: NOW, key }))
  }
  // The last room is live, and so is who joined it last.
  const roomJid = `room49@${HOST}`
  const [present] = await list(server, 'rooms/s999/occupants', 'occupants').then((all) => all.slice(-1))
  const { jid } = present as { jid: string }
  const zoe = { jid: 'zoe@example.com/z', roomJid, nick: 'Zoë', role: 'moderator' }
  answers.push(await send(server, 'POST', 'occupants', zoe))
  answers.push(await send(server, 'DELETE', `occupants/${encodeURIComponent(jid)}`, { roomJid }))
  answers.push(await send(server, 'DELETE', `occupants/${encodeURIComponent(zoe.jid)}`, { roomJid }))
  answers.push(await send(server, 'DELETE', 'rooms/s999', { jid: roomJid }))
  return { answers, after: await readAll(server) }
}

async function send({ url }: TestServer, method: string, path: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) })
  return ((await response.json()) as { status: string }).status
}

async function get({ url }: TestServer, path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/api/v1/${path}`)).json()) as Record<string, unknown>
}

async function list(server: TestServer, path: string, name: string): Promise<unknown[]> {
  const items: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Record<string, unknown> = await get(
      server,
      `${path}?limit=1000${cursor && `&cursor=${cursor}`}`,
    )
    items.push(...(page[name] as unknown[]))
    cursor = page['next'] as string | null
  }
  return items
}
