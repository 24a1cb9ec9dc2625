// The dashboard as it is served: which paths, which headers, and how much a browser must load.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PAGES } from '../../src/http/web.ts'
import { startServer } from '../support/server.ts'

const ROOT = join(import.meta.dirname, '../..')
const ASSETS = join(ROOT, 'web/dist/assets')
/** Of all scripts together, as a browser gets them. */
const BUDGET = 90 * 1024

describe('the dashboard', () => {
  test('has at most 90 kB of script, gzipped', () => {
    const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js.gz'))
    assert.ok(scripts.length > 0)
    const size = scripts.reduce((sum, name) => sum + readFileSync(join(ASSETS, name)).length, 0)
    assert.ok(size <= BUDGET, `${size} bytes`)
  })

  test('has no script, style or address of another site in its page', () => {
    const page = readFileSync(join(ROOT, 'web/dist/index.html'), 'utf8')
    assert.doesNotMatch(page, /<script(?![^>]* src=)|<style| on\w+=|https?:\/\//)
  })

  test('is there under each of its paths, and never cached; nothing is at others', async (t) => {
    const server = await startServer({ settings: { ROLLCALL_READ_TOKEN: 'read' } })
    t.after(() => server.stop())
    for (const path of PAGES) {
      const answer = await fetch(server.url + path)
      assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-cache'], path)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/)
      const policy = answer.headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*/)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
    }
    for (const path of [
      '/index.html',
      '/assets/',
      '/assets/../index.html',
      '/assets/%2e%2e%2findex.html',
      '/assets/index-00000000.js',
      `/assets/${readdirSync(ASSETS).find((name) => name.endsWith('.gz'))}`,
      '/nothing',
    ]) {
      const answer = await fetch(server.url + path)
      assert.equal(answer.status, 404, path)
      assert.equal(((await answer.json()) as { status: string }).status, 'not-found')
    }
  })

  test('has files that are kept for a year, and come compressed', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const page = await (await fetch(server.url)).text()
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? ''
    for (const encoding of ['br', 'gzip']) {
      const answer = await fetch(server.url + script, { headers: { 'accept-encoding': encoding } })
      assert.equal(answer.headers.get('content-encoding'), encoding)
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
      assert.match(answer.headers.get('content-type') ?? '', /^(text|application)\/javascript/)
    }
    const plain = await fetch(server.url + script, { headers: { 'accept-encoding': 'identity' } })
    assert.equal(plain.headers.get('content-encoding'), null)
  })

  test('has the files of a build that was made while the server runs', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const name = `built-later-${process.pid}.svg`
    writeFileSync(join(ASSETS, name), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    t.after(() => rmSync(join(ASSETS, name)))
    assert.equal((await fetch(`${server.url}/assets/${name}`)).status, 200)
  })
})
