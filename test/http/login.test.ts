// The dashboard's login: a token becomes a cookie that reads, and does nothing else.
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { until } from '../e2e/until.ts'
import { startServer } from '../support/server.ts'
import { openStream } from '../support/stream.ts'

const TOKENS = {
  ROLLCALL_INGEST_TOKEN: 'ingest-token',
  ROLLCALL_READ_TOKEN: 'read-token,other-read-token',
  ROLLCALL_ADMIN_TOKEN: 'admin-token',
}
const HOUR = 60 * 60 * 1_000
const ROOM = { name: 'Daily', session: 's1', jid: 'daily@conference.example.com' }
const READS = ['/api/v1/rooms', '/api/v1/events', '/api/v1/hosts', '/metrics']

describe('a login', () => {
  test('with a read or an admin token gives a cookie that reads everywhere', async (t) => {
    const site = await open(t)
    for (const [token, access] of [
      ['read-token', 'read'],
      ['other-read-token', 'read'],
      ['admin-token', 'admin'],
    ] as const) {
      const { status, cookie, body } = await site.login(token)
      assert.equal(status, 200)
      assert.equal(body['access'], access)
      for (const path of READS) assert.equal((await site.call('GET', path, { cookie })).status, 200, path)
      assert.deepEqual((await site.call('GET', '/api/v1/session', { cookie })).body, body)
    }
  })

  test('never writes, not even with an admin token', async (t) => {
    const site = await open(t)
    const { cookie } = await site.login('admin-token')
    const calls = [
      ['POST', '/api/v1/rooms'],
      ['DELETE', '/api/v1/rooms/s1'],
      ['POST', '/api/v1/occupants'],
      ['PUT', '/api/v1/occupants/a'],
      ['DELETE', '/api/v1/occupants/a'],
      ['POST', '/api/v1/batch'],
      ['POST', '/api/v1/sync'],
      ['POST', '/api/v1/heartbeat'],
      ['DELETE', '/api/v1/demo'],
    ] as const
    for (const [method, path] of calls) {
      assert.equal((await site.call(method, path, { cookie, body: ROOM })).status, 401, `${method} ${path}`)
    }
  })

  test('is refused for any other token, and for the one that writes', async (t) => {
    const site = await open(t)
    for (const token of ['ingest-token', 'wrong', 'read-token ', 'read-token,other-read-token']) {
      const { status, cookie } = await site.login(token)
      assert.deepEqual([status, cookie], [401, ''], token)
    }
    assert.equal((await site.call('POST', '/api/v1/session', { body: {} })).status, 422)
  })

  test('is a cookie that no script sees and no other site sends, and Secure behind https', async (t) => {
    const site = await open(t, { ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' })
    const plain = await site.login('read-token')
    assert.match(plain.setCookie, /; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    const secure = await site.login('read-token', { 'x-forwarded-proto': 'https' })
    assert.match(secure.setCookie, /; SameSite=Strict; Secure$/)
  })

  test('ends after twelve hours', async (t) => {
    const site = await open(t)
    const { cookie } = await site.login('read-token')
    site.pass(12 * HOUR - 1)
    assert.equal((await site.call('GET', '/api/v1/rooms', { cookie })).status, 200)
    site.pass(1)
    assert.equal((await site.call('GET', '/api/v1/rooms', { cookie })).status, 401)
    assert.equal((await site.call('GET', '/api/v1/session', { cookie })).body['access'], null)
  })

  test('ends with a logout, for whoever has a copy of the cookie too', async (t) => {
    const site = await open(t)
    const [{ cookie }, other] = [await site.login('read-token'), await site.login('read-token')]
    const out = await site.call('DELETE', '/api/v1/session', { cookie })
    assert.match(out.setCookie, /^rollcall_session=; Path=\/; Max-Age=0;/)
    assert.equal((await site.call('GET', '/api/v1/rooms', { cookie })).status, 401)
    assert.equal((await site.call('GET', '/api/v1/rooms', { cookie: other.cookie })).status, 200)
  })

  test('takes the event streams that it opened with it when it expires, and no others', async (t) => {
    const site = await open(t)
    const { cookie } = await site.login('read-token')
    site.pass(12 * HOUR - 500)
    const later = await site.login('read-token')
    const asked = Date.now()
    const stream = await openStream(t, site, { headers: { cookie } })
    const others = [
      await openStream(t, site, { headers: { cookie: later.cookie } }),
      await openStream(t, site, { headers: { authorization: 'Bearer read-token' } }),
    ]
    await stream.ended
    assert.deepEqual(stream.messages.at(-1), { id: '0', event: 'bye', data: { reason: 'session-over' } })
    assert.ok(Date.now() - asked >= 499, 'not before')
    for (const { messages } of others) assert.equal(messages.at(-1)?.event, 'start')
  })

  test('takes the event streams that it opened with it when it is ended, and no others', async (t) => {
    const site = await open(t)
    const [{ cookie }, other] = [await site.login('read-token'), await site.login('read-token')]
    const stream = await openStream(t, site, { headers: { cookie } })
    const another = await openStream(t, site, { headers: { cookie: other.cookie } })
    await site.call('DELETE', '/api/v1/session', { cookie })
    await stream.ended
    assert.deepEqual(stream.messages.at(-1)?.data, { reason: 'session-over' })
    await site.call('POST', '/api/v1/rooms', {
      headers: { authorization: 'Bearer ingest-token' },
      body: ROOM,
    })
    await until('the other goes on', () => another.seqs().length === 1)
  })

  test('holds on every instance with the same tokens, and ends where its token was taken away', async (t) => {
    const [site, same] = [await open(t), await open(t)]
    const { cookie } = await site.login('read-token')
    assert.equal((await same.call('GET', '/api/v1/rooms', { cookie })).status, 200)
    const fewer = await open(t, { ROLLCALL_READ_TOKEN: 'other-read-token' })
    assert.equal((await fewer.call('GET', '/api/v1/rooms', { cookie })).status, 401)
    const { cookie: others } = await site.login('other-read-token')
    assert.equal((await fewer.call('GET', '/api/v1/rooms', { cookie: others })).status, 200)
  })

  test('cannot be forged: every changed character of the cookie ends it', async (t) => {
    const site = await open(t)
    const { cookie } = await site.login('read-token')
    const value = cookie.slice(cookie.indexOf('=') + 1)
    for (let index = 0; index < value.length; index += 1) {
      // The last character of 32 bytes in base64url has two bits that say nothing.
      const other = value[index] === '5' ? '7' : index === value.length - 1 ? 'Q' : '5'
      if (index === value.length - 1 && value.endsWith('Q')) continue
      const forged = `rollcall_session=${value.slice(0, index)}${other}${value.slice(index + 1)}`
      assert.equal((await site.call('GET', '/api/v1/rooms', { cookie: forged })).status, 401, `${index}`)
    }
  })

  test('is for the dashboard itself: calls that come from other sites are refused', async (t) => {
    const site = await open(t)
    const body = { token: 'read-token' }
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      for (const method of ['POST', 'DELETE'] as const) {
        assert.equal((await site.call(method, '/api/v1/session', { headers, body })).status, 403)
      }
    }
    const own = { origin: site.url, 'sec-fetch-site': 'same-origin' }
    assert.equal((await site.call('POST', '/api/v1/session', { headers: own, body })).status, 200)
  })

  test('of one address may fail ten times a minute; those of others go on', async (t) => {
    const site = await open(t, { ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await site.login('wrong', from('192.0.2.1'))).status, 401)
    }
    site.pass(20_000)
    const { status, headers } = await site.login('read-token', from('192.0.2.1'))
    assert.deepEqual([status, headers.get('retry-after')], [429, '40'])
    assert.equal((await site.login('read-token', from('192.0.2.2'))).status, 200)
    site.pass(40_000)
    assert.equal((await site.login('read-token', from('192.0.2.1'))).status, 200)
  })

  test('counts the addresses of one IPv6 network as one, and all together', async (t) => {
    const site = await open(t, { ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    for (let count = 0; count < 10; count += 1) await site.login('wrong', from(`2001:db8:1:2::${count + 1}`))
    assert.equal((await site.login('read-token', from('2001:db8:1:2:ffff::1'))).status, 429)
    // `::` may stand for a part of the network.
    for (const [network, same] of [
      ['2001:db8::', '2001:db8:0:0:ffff::1'],
      ['2001:db8:3::', '2001:0DB8:3::8:7:6:5'],
      ['::', '0:0:0:0:1:2:3:4'],
    ]) {
      for (let count = 0; count < 10; count += 1) await site.login('wrong', from(`${network}${count + 1}`))
      assert.equal((await site.login('read-token', from(same ?? ''))).status, 429, same)
    }
    assert.equal((await site.login('read-token', from('2001:db8:0:1::1'))).status, 200)
    for (let count = 0; count < 260; count += 1) await site.login('wrong', from(`192.0.2.${count % 250}`))
    assert.equal((await site.login('read-token', from('198.51.100.1'))).status, 429)
  })

  test('is not needed where reads need no token', async (t) => {
    const site = await open(t, {
      ROLLCALL_READ_TOKEN: '',
      ROLLCALL_INGEST_TOKEN: '',
      ROLLCALL_ADMIN_TOKEN: '',
    })
    const { body } = await site.call('GET', '/api/v1/session')
    assert.deepEqual(body, { login: false, access: null, expiresAt: null, ingestToken: false })
    assert.equal((await site.login('anything')).status, 422)
  })

  test('tells a stranger nothing but that a login is needed', async (t) => {
    const site = await open(t)
    const { body } = await site.call('GET', '/api/v1/session')
    assert.deepEqual(body, { login: true, access: null, expiresAt: null, ingestToken: null })
  })
})

type Call = { cookie?: string; headers?: Record<string, string>; body?: unknown }

async function open(t: TestContext, settings: Record<string, string> = {}) {
  let time = Date.parse('2026-01-01T10:00:00Z')
  const server = await startServer({ settings: { ...TOKENS, ...settings }, now: () => time })
  t.after(() => server.stop())

  async function call(method: string, path: string, { cookie, headers, body }: Call = {}) {
    const sent: Record<string, string> = { ...headers, ...(cookie && { cookie }) }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    if (body !== undefined) sent['content-type'] = 'application/json'
    const answer = await fetch(server.url + path, { method, headers: sent, ...init })
    const setCookie = answer.headers.get('set-cookie') ?? ''
    const json = answer.headers.get('content-type')?.includes('json')
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      setCookie,
      cookie: setCookie.split(';', 1)[0] ?? '',
      body: (json ? JSON.parse(text) : {}) as Record<string, unknown>,
    }
  }

  return {
    url: server.url,
    call,
    login: (token: string, headers = {}) => call('POST', '/api/v1/session', { body: { token }, headers }),
    pass: (ms: number) => void (time += ms),
  }
}
