// docs/openapi.json is what the routes say of themselves, and src/client/types.ts what it says. `npm run openapi` writes
// both.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { format } from 'prettier'
import Type from 'typebox'
import { clientTypes, type Described } from '../../scripts/client-types.ts'
import { openApi } from '../../src/http/openapi.ts'
import type { Operation } from '../../src/operation.ts'
import { DOCUMENT } from '../support/document.ts'
import { startServer } from '../support/server.ts'

const TYPES = join(import.meta.dirname, '../../src/client/types.ts')

test('docs/openapi.json is the document that the server gives to everyone', async (t) => {
  const server = await startServer({ settings: { ROLLCALL_READ_TOKEN: 'r', ROLLCALL_INGEST_TOKEN: 'i' } })
  t.after(() => server.stop())
  // Not over HTTP: what comes from there is held against the file already.
  const { body: given } = await server.app.inject('/api/v1/openapi.json')
  if (process.argv.includes('--write')) {
    writeFileSync(DOCUMENT, await format(given, { parser: 'json', printWidth: 110 }))
  }
  assert.deepEqual(JSON.parse(readFileSync(DOCUMENT, 'utf8')), JSON.parse(given), 'npm run openapi')
})

test('the types of the client are those of the document', async () => {
  const types = await clientTypes(JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Described)
  if (process.argv.includes('--write')) writeFileSync(TYPES, types)
  assert.equal(readFileSync(TYPES, 'utf8'), types, 'npm run openapi')
})

test('the patterns of the document mean the same to who compiles them without the flag u', () => {
  const patterns = new Set<string>()
  JSON.parse(readFileSync(DOCUMENT, 'utf8'), (key, value: unknown) => {
    if (key === 'pattern' && typeof value === 'string') patterns.add(value)
    return value
  })
  assert.ok(patterns.size > 1)
  const texts = ['s1', 'Cp{}', 'Zoë 🎉', 'a\0', '\u0085', '\ud83c', '1.5', '2026-01-01T10:00:00Z']
  for (const pattern of patterns) {
    const fitting = (flags: string) => texts.filter((one) => new RegExp(pattern, flags).test(one))
    assert.deepEqual(fitting(''), fitting('u'), pattern)
  }
})

test('the document follows the strict rules of the linter', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] })
  const source = readFileSync(DOCUMENT, 'utf8')
  const problems = await lintFromString({ source, absoluteRef: DOCUMENT, config })
  const told = problems.map(
    ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`,
  )
  // A call that gets a 422 breaks the schema of its body: that is what it shows.
  const meant = /^no-invalid-media-type-examples \S+\/requestBody\/\S+\/examples\/invalid\b/
  assert.deepEqual(
    told.filter((one) => !meant.test(one)),
    [],
  )
})

test('a route that does not describe itself is refused', () => {
  const operation: Operation = { id: 'one', tag: 'Server', summary: 'One', answers: {} }
  const route = (describes: Operation[]) => ({
    method: 'GET',
    url: '/one',
    config: { access: 'open' as const, describes },
    handler: () => {},
  })
  assert.throws(() => openApi([route([])]), /GET \/one is not described/)
  const { config: _, ...bare } = route([])
  assert.throws(() => openApi([bare]), /GET \/one is not described/)
  assert.throws(() => openApi([route([operation, operation])]), /two operations are called one/)
  assert.deepEqual(Object.keys(openApi([route([operation])]).paths), ['/one'])
})

test('a call that refuses no body does not say that it does', () => {
  const statuses = (more: Partial<Operation>) => {
    const operation: Operation = { id: 'one', tag: 'Server', summary: 'One', answers: {}, ...more }
    const config = { access: 'ingest' as const, describes: [operation] }
    const { paths } = openApi([{ method: 'POST', url: '/one', config, handler: () => {} }])
    return Object.keys(paths['/one']?.['post']?.['responses'] ?? {})
  }
  const body = Type.Object({})
  const refusals = statuses({ body }).filter(
    (status) => !statuses({ body, forgiving: true }).includes(status),
  )
  assert.deepEqual(refusals, ['413', '415', '422'])
})
