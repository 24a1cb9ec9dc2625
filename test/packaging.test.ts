// What `npm ci` does on a machine with nothing but Node and npm.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
type Locked = { gypfile?: boolean; resolved?: string }
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

/**
 * npm compiles a package that has a binding.gyp, unless its package.json says `gypfile: false`, and reads that
 * word from the lock file, into which `npm install` does not write it. Then a machine without Python, make and a
 * compiler cannot install, although the binary is in the package.
 */
test('nothing is compiled: add "gypfile": false to these packages in package-lock.json', () => {
  const compiled = Object.entries(lock.packages)
    .filter(
      ([path, { gypfile }]) =>
        path !== '' && gypfile !== false && existsSync(join(ROOT, path, 'binding.gyp')),
    )
    .map(([path]) => path)
  assert.deepEqual(compiled, [])
})

test('the lock file names no registry', () => {
  const named = Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)
  assert.deepEqual(named, [])
})
