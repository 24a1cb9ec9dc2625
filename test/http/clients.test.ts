// GET /api/v1/clients over HTTP: what is counted, and each way to ask wrongly.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRoom, join } from '../support/commands.ts'
import { startServer, type TestServer } from '../support/server.ts'

const NOW = Date.parse('2026-03-29T12:00:00.000Z')
const HOUR = 3_600_000
const chrome = (build: string) =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.${build} Safari/537.36`

describe('clients', () => {
  let server: TestServer
  before(async () => {
    server = await startServer({ now: () => NOW })
    const at = NOW - HOUR
    const agents = [chrome('1.0'), chrome('2.0'), null, '=cmd|calc', chrome('1.0')]
    const joins = agents.map((userAgent, n) => join({ jid: `u${n}@example.com/x`, at, userAgent }))
    for (const command of [createRoom({ at }), ...joins]) {
      assert.equal(await server.store.submit({ command, receivedAt: NOW, key: null }), 'success')
    }
  })
  after(() => server.stop())

  async function ask(parameters = '') {
    const answer = await fetch(`${server.url}/api/v1/clients${parameters}`)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  test('are counted by browser and system, whatever else their user agents say', async () => {
    assert.deepEqual(await ask(), {
      status: 200,
      body: {
        from: '2026-03-28T12:00:00.000Z',
        to: '2026-03-29T12:00:00.000Z',
        stays: 5,
        complete: true,
        clients: [
          { browser: 'Chrome 142', system: 'Linux', stays: 3 },
          { browser: null, system: null, stays: 2 },
        ],
        others: 0,
      },
    })
  })

  test('are those of the range, the host and the kind', async () => {
    const stays = async (parameters: string) => (await ask(parameters)).body['stays']
    assert.equal(await stays(`?to=${NOW - HOUR}`), 0)
    assert.equal(await stays(`?from=${NOW - HOUR}&to=${NOW}`), 5)
    assert.equal(await stays('?host=conference.example.com&kind=unknown'), 5)
    assert.equal(await stays('?host=other.example.com'), 0)
    assert.equal(await stays('?kind=lobby'), 0)
  })

  for (const [parameters, message] of [
    ['?from=2000&to=1000', 'from must be before to'],
    ['?from=yesterday', 'from must be epoch milliseconds or an RFC 3339 time'],
    ['?bucket=day', 'the query takes nothing but from, to, host, kind'],
    ['?kind=party', 'kind must be conference or breakout or lobby or unknown'],
  ] as const) {
    test(`refuse ${parameters}`, async () => {
      assert.deepEqual(await ask(parameters), { status: 422, body: { status: 'invalid', message } })
    })
  }

  test('need the read token where there is one', async () => {
    const guarded = await startServer({ settings: { ROLLCALL_READ_TOKEN: 'r', ROLLCALL_INGEST_TOKEN: 'i' } })
    const as = async (token: string) =>
      (await fetch(`${guarded.url}/api/v1/clients`, { headers: { authorization: `Bearer ${token}` } })).status
    assert.deepEqual([await as('r'), await as('i')], [200, 401])
    await guarded.stop()
  })
})
