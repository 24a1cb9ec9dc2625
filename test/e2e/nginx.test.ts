// A real nginx in front of the real server, with the very lines that docs/configuration.md gives.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { ensure } from '../../scripts/debian.ts'
import { temporaryFolder } from '../support/folder.ts'
import { exchange, type RawAnswer } from '../support/http.ts'
import { startServer } from '../support/server.ts'
import { openStream } from '../support/stream.ts'
import { until } from './until.ts'
import { freePort } from '../support/port.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/configuration.md')
const TOKENS = { ROLLCALL_INGEST_TOKEN: 'write', ROLLCALL_READ_TOKEN: 'read' }
const MIB = 1024 * 1024
const ROOM = 'daily@conference.example.com'

const missing = ensure(['nginx-light'], 'the tests with a real nginx')

describe('behind nginx as documented', { skip: missing.length > 0 && 'there is no nginx' }, () => {
  const spellings: [title: string, jid: string, path: string][] = [
    ['an encoded slash', 'ann@example.com/tab', 'ann@example.com%2Ftab'],
    ['an encoded slash in lower case', 'ann@example.com/tab', 'ann@example.com%2ftab'],
    ['a raw slash', 'ann@example.com/tab', 'ann@example.com/tab'],
    ['slashes one after another', 'ann@example.com//a/b/', 'ann@example.com//a/b/'],
    ['an encoded percent sign', 'caf%C3%A9@example.com/tab', 'caf%25C3%25A9@example.com%2Ftab'],
    ['letters outside ASCII', 'zoë@example.com/日本', 'zo%C3%AB@example.com/%E6%97%A5%E6%9C%AC'],
    ['a question mark, a hash and a space', 'ann@example.com/a?b#c d', 'ann@example.com/a%3Fb%23c%20d'],
    ['dots that are not a way up', 'ann@example.com/../x/./y', 'ann@example.com/../x/./y'],
  ]
  for (const [title, jid, path] of spellings) {
    test(`${title} in a JID arrives as sent`, async (t) => {
      const call = await behindNginx(t)
      await enterAndLeave(call, jid, path)
    })
  }

  test('a JID of 3,071 bytes works in a path, each byte encoded', async (t) => {
    const call = await behindNginx(t)
    const path = `%61${'%C3%A9'.repeat(1_535)}`
    assert.equal(path.length, 3 * 3_071)
    await enterAndLeave(call, `a${'é'.repeat(1_535)}`, path)
  })

  test('a session in a path arrives as sent', async (t) => {
    const call = await behindNginx(t)
    await call('POST', '/rooms', { name: 'Daily', session: 'a/b%2F', jid: ROOM })
    const ended = await call('DELETE', '/rooms/a%2Fb%252F', { jid: ROOM })
    assert.equal(ended.status, 200)
  })

  test('a body of 256 KiB is taken', async (t) => {
    const call = await behindNginx(t)
    const room = { name: 'Daily', session: 's1', jid: ROOM }
    const { body } = await call('POST', '/rooms', padded(room, 256 * 1024))
    assert.equal(body, '{"status":"success","message":"room created successfully"}')
  })

  test('a snapshot of 64 MiB is taken, and a larger one refused', async (t) => {
    const call = await behindNginx(t)
    const snapshot = { host: 'conference.example.com', bootId: 'b1', rooms: [] }
    const taken = await call('POST', '/sync', padded(snapshot, 64 * MIB))
    assert.equal(taken.status, 200)
    const refused = await call('POST', '/sync', padded(snapshot, 64 * MIB + 1))
    assert.equal(refused.status, 413)
  })

  test('what is too large for the server is refused in its own words', async (t) => {
    const call = await behindNginx(t)
    const expected = { status: 'too-large', message: 'the body is larger than this call takes' }
    for (const [path, limit] of [
      ['/batch', 16 * MIB],
      ['/rooms', MIB / 4],
    ] as const) {
      for (const size of [limit + 1, 3 * limit]) {
        const { status, body } = await call('POST', path, padded({ requests: [] }, size))
        assert.equal(status, 413, `${path} with ${size} bytes`)
        assert.deepEqual(JSON.parse(body), expected)
      }
    }
  })

  test('a stream of events arrives as it happens, and lasts', async (t) => {
    const { call, url } = await nginxBefore(t, { ROLLCALL_STREAM_HEARTBEAT: '1' })
    const headers = { host: 'rollcall.example.com', authorization: 'Bearer read' }
    const client = await openStream(t, { url: url.origin }, { headers })
    assert.equal(client.status, 200)
    await call('POST', '/rooms', { name: 'Daily', session: 's1', jid: ROOM })
    await until('it came', () => client.seqs().length === 1, 4_000)
    await until('it lives', () => client.comments() > 1, 4_000)
    const back = await openStream(t, { url: url.origin }, { headers, lastEventId: '0' })
    await until('it is replayed', () => back.seqs().length === 1, 4_000)
  })

  test('no token, no entry', async (t) => {
    const call = await behindNginx(t)
    assert.equal((await call('GET', '/rooms', undefined, 'wrong')).status, 401)
    assert.equal((await call('GET', '/rooms')).status, 200)
  })
})

type Call = (method: string, path: string, body?: object, token?: string) => Promise<RawAnswer>

/** Creates, updates and destroys the occupant through nginx; what is read back names the very JID. */
async function enterAndLeave(call: Call, jid: string, path: string): Promise<void> {
  const succeeds = async (method: string, path: string, body: object) => {
    const { status, body: text } = await call(method, path, body)
    assert.equal(status, 200, text)
  }
  await succeeds('POST', '/rooms', { name: 'Daily', session: 's1', jid: ROOM })
  await succeeds('POST', '/occupants', { jid, roomJid: ROOM, nick: 'Ann', role: 'participant' })
  await succeeds('PUT', `/occupants/${path}`, { roomJid: ROOM, nick: 'Beth' })
  await succeeds('DELETE', `/occupants/${path}`, { roomJid: ROOM })
  const { body } = await call('GET', '/rooms/s1/occupants')
  const { occupants } = JSON.parse(body) as { occupants: Record<string, unknown>[] }
  assert.equal(occupants.length, 1)
  assert.equal(occupants[0]?.['jid'], jid)
  assert.equal(occupants[0]?.['nick'], 'Beth')
  assert.notEqual(occupants[0]?.['leftAt'], null)
}

/** The server and an nginx in front of it, for one test; both end with it. */
async function behindNginx(t: TestContext): Promise<Call> {
  const { call } = await nginxBefore(t)
  return call
}

async function nginxBefore(
  t: TestContext,
  settings: Record<string, string> = {},
): Promise<{ call: Call; url: URL }> {
  const server = await startServer({ settings: { ...TOKENS, ...settings } })
  t.after(() => server.stop())
  const url = await startNginx(t, documentedLines().replace('127.0.0.1:8484', `127.0.0.1:${server.port}`))
  const call: Call = (method, path, body, token = method === 'GET' ? 'read' : 'write') => {
    const json = body && { 'Content-Type': 'application/json' }
    return exchange(url, {
      method,
      path: Buffer.from(`/api/v1${path}`),
      headers: { Host: 'rollcall.example.com', Authorization: `Bearer ${token}`, ...json },
      body: body && Buffer.from(JSON.stringify(body)),
    })
  }
  return { call, url }
}

/** With a field that is ignored, so that its JSON has this many bytes. */
function padded(body: object, bytes: number): object {
  const rest = bytes - JSON.stringify({ ...body, ignored: '' }).length
  return { ...body, ignored: 'x'.repeat(rest) }
}

function documentedLines(): string {
  const [lines, ...more] = readFileSync(DOCUMENT, 'utf8').matchAll(/^```nginx\n(.*?)^```/gms)
  assert.equal(more.length, 0)
  assert.match(lines?.[1] ?? '', /proxy_pass http:\/\/127\.0\.0\.1:8484/)
  return lines?.[1] ?? ''
}

async function startNginx(t: TestContext, lines: string): Promise<URL> {
  const folder = temporaryFolder(t)
  const port = await freePort()
  mkdirSync(join(folder, 'temp'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/temp/${name};`,
  )
  const config = `
    daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
    events {}
    http {
      access_log off;
      ${temporary.join('\n')}
      server { listen 127.0.0.1:${port}; ${lines} }
    }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: [process.env['PATH'], '/usr/sbin'].join(delimiter) },
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const ended = once(child, 'close')
  t.after(async () => {
    child.kill()
    await ended
  })
  const url = new URL(`http://127.0.0.1:${port}`)
  await until('nginx answers', () => {
    assert.equal(child.exitCode, null, errors)
    return fetch(url).then(
      () => true,
      () => false,
    )
  })
  return url
}
