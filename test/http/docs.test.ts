// The page at /docs: for everyone, from this server alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../support/server.ts'

const TOKENS = { ROLLCALL_READ_TOKEN: 'r', ROLLCALL_INGEST_TOKEN: 'i' }

test('the page and the document need no token, and whatever the page loads is here', async (t) => {
  const server = await startServer({ settings: TOKENS })
  t.after(() => server.stop())
  const page = await fetch(`${server.url}/docs`)
  const html = await page.text()
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url)
  assert.deepEqual(loaded, [
    'docs/favicon-32x32.png',
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/start.js',
  ])
  for (const url of ['docs', ...loaded]) {
    const { status, headers } = await fetch(new URL(url, page.url))
    assert.deepEqual([status, headers.get('x-content-type-options')], [200, 'nosniff'], url)
  }
  const start = await (await fetch(`${server.url}/docs/start.js`)).text()
  const [, document = ''] = /url: '([^']+)'/.exec(start) ?? []
  assert.equal((await fetch(new URL(document, page.url))).status, 200)
})

test('nothing on it comes from another site, and a browser is told to let nothing in or out', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const page = await fetch(`${server.url}/docs`)
  const policy = page.headers.get('content-security-policy')?.split('; ') ?? []
  assert.ok(policy.includes("default-src 'self'"))
  // The one thing that comes from nowhere: small pictures within the style sheet.
  assert.deepEqual(
    policy.filter((directive) => !/ '(self|none)'$/.test(directive)),
    ["img-src 'self' data:"],
  )
  assert.doesNotMatch(await page.text(), /https?:|\/\//)
  const css = await (await fetch(`${server.url}/docs/swagger-ui.css`)).text()
  const loaded = [...css.matchAll(/@import|url\(["']?([^"')]{0,40})/g)].map(([all, url]) => url ?? all)
  assert.ok(loaded.length > 0)
  assert.deepEqual(
    loaded.filter((url) => !url.startsWith('data:')),
    [],
  )
})

test('no other file is served', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  for (const file of ['package.json', '..%2Fpackage.json', 'constructor', 'swagger-ui.js']) {
    assert.equal((await fetch(`${server.url}/docs/${file}`)).status, 404, file)
  }
})
