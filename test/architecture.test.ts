// The tree is the architecture: imports point one way, and this is where that stands.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const SRC = resolve(import.meta.dirname, '../src')
const WEB = resolve(import.meta.dirname, '../web/src')

/** Each folder or file of src/ may import those before it, and itself. */
const LAYERS = [
  'client',
  'ledger',
  'store',
  'feed',
  'export',
  'ops',
  'config.ts',
  'operation.ts',
  'ingest',
  'api',
  'http',
  'cli',
]

test('every source file belongs to a layer', () => {
  const strangers = sources().filter((file) => !LAYERS.includes(layerOf(file)))
  assert.deepEqual(strangers, [])
})

test('imports point one way', () => {
  const backwards = imports().filter(
    ({ from, to }) => LAYERS.indexOf(layerOf(to)) > LAYERS.indexOf(layerOf(from)),
  )
  assert.deepEqual(backwards, [])
})

test('the ledger is pure: it imports nothing but itself', () => {
  const outward = sources()
    .filter((file) => layerOf(file) === 'ledger')
    .flatMap((file) => specifiers(file).filter((specifier) => !specifier.startsWith('./')))
  assert.deepEqual(outward, [])
})

test('the dashboard takes of src/ the ledger and the client, which know no server, and of the rest types alone', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: WEB })
  const taken = files.flatMap((file) =>
    [
      ...readFileSync(join(WEB, file), 'utf8').matchAll(/^import (?!type )[^']*'((?:\.\.\/)+src\/[^']+)'/gm),
    ].map((match) => `${file}: ${match[1]}`),
  )
  assert.ok(taken.length > 0)
  assert.deepEqual(
    taken.filter((one) => !/\/src\/(ledger|client)\//.test(one)),
    [],
  )
})

test('the client knows nothing of the server: it imports nothing but itself', () => {
  const outward = sources()
    .filter((file) => layerOf(file) === 'client')
    .flatMap((file) => specifiers(file).filter((specifier) => !specifier.startsWith('./')))
  assert.deepEqual(outward, [])
})

test('the sources are found', () => {
  assert.ok(imports().length > 50)
})

function sources(): string[] {
  return globSync('**/*.ts', { cwd: SRC })
}

function imports(): { from: string; to: string }[] {
  return sources().flatMap((from) =>
    specifiers(from)
      .filter((specifier) => specifier.startsWith('.') && specifier.endsWith('.ts'))
      .map((specifier) => ({ from, to: relative(SRC, join(SRC, dirname(from), specifier)) })),
  )
}

function specifiers(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/(?:from |import |import\()'([^']+)'/g)].map((match) => match[1] ?? '')
}

function layerOf(file: string): string {
  return file.split('/')[0] ?? ''
}
