// How many reports on attendance are under way at once, and what a reader that does not read costs the others.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type ClientRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startServer, type TestServer } from '../support/server.ts'

const REPORT = '/api/v1/rooms/s1/attendance'

describe('a report', () => {
  let server: TestServer

  before(async () => {
    server = await startServer({ settings: { ROLLCALL_REPORT_LIMIT: '3' } })
    const room = { name: 'daily', session: 's1', jid: 'daily@conference.example.com' }
    await call('/api/v1/rooms', room)
    // 24 MB of names: more than the kernel takes for a reader that does not read.
    for (let from = 0; from < 24_000; from += 1_000) {
      const requests = Array.from({ length: 1_000 }, (_, n) => ({
        method: 'POST',
        path: '/api/v1/occupants',
        body: {
          jid: `p${from + n}@example.com/a`,
          roomJid: room.jid,
          nick: `${from + n} ${'x'.repeat(1_000)}`,
          role: 'participant',
        },
      }))
      await call('/api/v1/batch', { requests })
    }
  })
  after(() => server.stop())

  async function call(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200)
  }

  /** A reader that has the head of the answer and takes no more. */
  async function stuck(): Promise<ClientRequest> {
    const request = get(server.url + REPORT, { agent: false })
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
    response.pause()
    return request
  }

  test('past the limit is 503 with Retry-After, until a reader has all of its own or goes', async () => {
    const readers = [await stuck(), await stuck(), await stuck()]
    const refused = await fetch(server.url + REPORT)
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5'])
    assert.deepEqual(await refused.json(), {
      status: 'busy',
      message: 'no further report is made now; ask again, or raise ROLLCALL_REPORT_LIMIT',
    })
    for (const path of ['/api/v1/rooms', '/api/v1/people?limit=1']) {
      assert.equal((await fetch(server.url + path)).status, 200, path)
    }
    for (const reader of readers) reader.on('error', () => {}).destroy()
    for (let status = 503; status !== 200; await pause(20)) {
      const again = await fetch(`${server.url}${REPORT}?format=csv&columns=total`)
      status = again.status
      const text = await again.text()
      if (status === 200) assert.match(text, /People: 24000/)
    }
  })

  test('whose reader has gone before it was made gives its place to another', async () => {
    const gone = [1, 2, 3].map(() => get(server.url + REPORT, { agent: false }).on('error', () => {}))
    await Promise.all(gone.map((request) => once(request, 'finish')))
    for (const request of gone) request.destroy()
    let answer = await fetch(`${server.url}${REPORT}?columns=total&format=csv`)
    while (answer.status === 503) {
      await pause(20)
      answer = await fetch(`${server.url}${REPORT}?columns=total&format=csv`)
    }
    assert.equal(answer.status, 200)
    await answer.text()
  })
})
