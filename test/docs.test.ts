// The docs say what is true: each list in them is held against the code, both ways.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { settings } from '../src/config.ts'
import { STATUS_WORDS } from '../src/http/errors.ts'
import { OPEN_ERROR_CODES } from '../src/store/errors.ts'

test('docs/configuration.md lists every setting, and no other', () => {
  const wanted = Object.values(settings).map(({ env, default: fallback, doc }) => {
    const flag = `--${env.replace('ROLLCALL_', '').toLowerCase().replaceAll('_', '-')}`
    return `| \`${env}\` | \`${flag}\` | ${fallback === '' ? 'none' : `\`${fallback}\``} | ${doc} |`
  })
  assert.deepEqual(rows('configuration.md', /^\| `ROLLCALL_/), wanted)
})

test('docs/errors.md lists every status word, and no other', () => {
  const words = rows('errors.md', /^\| `[a-z-]+` /).map(firstCell)
  assert.deepEqual(words.toSorted(), ['invalid', ...STATUS_WORDS].toSorted())
})

test('docs/errors.md lists every code of a refusal to start, and no other', () => {
  assert.deepEqual(rows('errors.md', /^\| `DATABASE_/).map(firstCell), [...OPEN_ERROR_CODES])
})

test('docs/guarantees.md names a test for every promise, and every file that it names is there', () => {
  const promises = rows('guarantees.md', /^\| [A-Z]/)
  assert.ok(promises.length > 15)
  for (const promise of promises) {
    const [, , holders = ''] = promise.split('|')
    const names = [...holders.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    assert.ok(names.length > 0, promise)
    const files = names.filter((name) => !name.startsWith('npm run '))
    for (const file of files) assert.ok(existsSync(join(import.meta.dirname, '..', file)), file)
    const quoted = [...holders.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)
    const texts = files.map((file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'))
    for (const title of quoted)
      assert.ok(
        texts.some((text) => text.includes(title)),
        title,
      )
  }
})

function rows(file: string, pattern: RegExp): string[] {
  const text = readFileSync(join(import.meta.dirname, '../docs', file), 'utf8')
  const lines = text.split('\n').map((line) => line.replace(/ +/g, ' '))
  return lines.filter((line) => pattern.test(line))
}

function firstCell(row: string): string {
  return /^\| `([^`]+)`/.exec(row)?.[1] ?? ''
}
