// rollcall serve as a process: what it prints, how it stops, and what is there after it was killed.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../support/folder.ts'
import { rollcall, serve } from '../support/process.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const ROOM = { name: 'daily', session: 's1', jid: 'daily@conference.example.com' }

describe('rollcall serve', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`answers what is in flight, commits and leaves with 0 on ${signal}`, async (t) => {
      const file = join(temporaryFolder(t), 'rollcall.db')
      const server = await serve({ ROLLCALL_DATABASE: file })
      const answers = Array.from({ length: 50 }, (_, n) => createRoom(server.url, n))
      await Promise.race(answers)
      server.child.kill(signal)
      const statuses = await Promise.allSettled(answers)
      assert.equal(await server.exited, 0)
      const accepted = statuses.filter((one) => one.status === 'fulfilled' && one.value === 200)
      assert.ok(accepted.length > 0)
      assert.equal(countRooms(file), accepted.length)
      assert.match(server.output(), /stopped/)
    })
  }

  test('takes no new connection once it was told to stop, and finishes the request it is reading', async (t) => {
    const file = join(temporaryFolder(t), 'rollcall.db')
    const server = await serve({ ROLLCALL_DATABASE: file })
    const port = Number(new URL(server.url).port)
    const body = JSON.stringify(ROOM)
    const socket = connect(port, '127.0.0.1')
    const head = `POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    server.child.kill('SIGTERM')
    await until(async () => (await refusesConnections(port)) || undefined)
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    socket.write(body.slice(10))
    assert.match(await answer, /^HTTP\/1\.1 200 OK/)
    assert.equal(await server.exited, 0)
    assert.equal(countRooms(file), 1)
  })

  test('cuts off who never sends the rest, and leaves at once on a second signal', async (t) => {
    const folder = temporaryFolder(t)
    for (const [signals, code] of [
      [1, 0],
      [2, 1],
    ] as const) {
      const server = await serve({ ROLLCALL_DATABASE: join(folder, `${signals}.db`) })
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.on('error', () => {})
      socket.write('POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n')
      await new Promise((resolve) => setTimeout(resolve, 100))
      const asked = Date.now()
      server.child.kill('SIGTERM')
      await until(async () => server.output().includes('stopping') || undefined)
      if (signals === 2) server.child.kill('SIGTERM')
      assert.equal(await server.exited, code)
      assert.ok(Date.now() - asked < 10_000)
    }
  })

  test('has every room that it answered 200 for after kill -9, and none half', async (t) => {
    const file = join(temporaryFolder(t), 'rollcall.db')
    const acknowledged = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const server = await serve({ ROLLCALL_DATABASE: file })
      const senders = Array.from({ length: 16 }, async (_, sender) => {
        for (let n = 0; ; n += 1) {
          const session = `${round}-${sender}-${n}`
          const status = await post(server.url, { ...ROOM, session, jid: `${session}@example.com` }).catch(
            () => 0,
          )
          if (status !== 200) return
          acknowledged.add(session)
        }
      })
      await until(async () => acknowledged.size > (round + 1) * 200 || undefined)
      server.child.kill('SIGKILL')
      await Promise.all(senders)
      await server.exited
    }
    const db = new Database(file)
    const found = new Set(db.prepare('select session from rooms').pluck().all() as string[])
    assert.deepEqual(
      [...acknowledged].filter((session) => !found.has(session)),
      [],
    )
    assert.equal(db.prepare('select count(*) from events').pluck().get(), found.size)
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok')
    db.close()
  })

  test('logs neither names, addresses nor tokens, in whatever way a request fails', async (t) => {
    const secrets = ['Nickname', 'mail@private.example', '198.51.100.7', 'private-jid', 'tokentokentoken']
    const [nick, email, ip, jid, token] = secrets
    const file = join(temporaryFolder(t), 'rollcall.db')
    const server = await serve({ ROLLCALL_DATABASE: file, ROLLCALL_INGEST_TOKEN: `${token}` })
    const authorization = `Bearer ${token}`
    const send = (body: object, path = 'occupants', headers: Record<string, string> = { authorization }) =>
      fetch(`${server.url}/api/v1/${path}`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify(body),
      })
    await send({ ...ROOM, session: `${jid}` }, 'rooms')
    const occupant = { jid: `${jid}/x`, roomJid: ROOM.jid, nick, role: 'participant', email, ip }
    await send(occupant)
    await send({ ...occupant, nick: `${nick}\n` })
    await send({ ...occupant, role: email })
    await send(occupant, 'occupants', { authorization: `${authorization}x` })
    await send(occupant, `occupants/${jid}`)
    const lock = new Database(file)
    lock.exec('begin immediate')
    assert.equal((await send({ ...occupant, jid: `${jid}/y` })).status, 503)
    lock.close()
    server.child.kill()
    await server.exited
    assert.match(server.output(), /nick must not contain control characters/)
    assert.match(server.output(), /request failed/)
    for (const secret of secrets)
      assert.ok(!server.output().includes(secret), `${secret} in ${server.output()}`)
  })

  test('names the caller at debug alone, and the one behind a proxy only if the proxy is trusted', async (t) => {
    const ask = async (settings: Record<string, string>) => {
      const server = await serve({ ROLLCALL_DATABASE: join(temporaryFolder(t), 'a.db'), ...settings })
      await fetch(`${server.url}/api/v1/rooms`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
      server.child.kill()
      await server.exited
      return server.output()
    }
    const debug = { ROLLCALL_LOG_LEVEL: 'debug' }
    assert.match(
      await ask({ ...debug, ROLLCALL_TRUSTED_PROXIES: '127.0.0.0/8, ::1' }),
      /"ip":"203\.0\.113\.9"/,
    )
    assert.match(await ask(debug), /"ip":"127\.0\.0\.1"/)
    assert.doesNotMatch(await ask({}), /"ip"/)
  })

  test('names a variable that looks like a setting and is none', async (t) => {
    const server = await serve({ ROLLCALL_DATABASE: join(temporaryFolder(t), 'a.db'), ROLLCALL_PROT: '1' })
    server.child.kill()
    await server.exited
    assert.match(server.output(), /ROLLCALL_PROT is no setting/)
  })

  test('takes a flag before a variable, and lists every setting in its help', async (t) => {
    const { stderr } = await rollcall(['serve', '--port', 'nonsense'], { ROLLCALL_PORT: '0' })
    assert.match(stderr, /ROLLCALL_PORT must be/)
    const help = await rollcall(['serve', '--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, /--queue-limit <commands>/)
    t.diagnostic(help.stdout)
  })
})

async function post(url: string, body: object): Promise<number> {
  const request = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) }
  const response = await fetch(`${url}/api/v1/rooms`, request)
  await response.text()
  return response.status
}

function createRoom(url: string, n: number): Promise<number> {
  return post(url, { ...ROOM, session: `s${n}`, jid: `${n}@example.com` })
}

function countRooms(file: string): unknown {
  const db = new Database(file)
  const count = db.prepare('select count(*) from rooms').pluck().get()
  db.close()
  return count
}

function refusesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(true))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })
}

async function until(found: () => Promise<true | undefined>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await found())) {
    assert.ok(Date.now() < deadline, 'it never came')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
