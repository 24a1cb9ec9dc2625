// The pure part of the Prosody module, tested by its own Lua tests under every Lua that is installed here.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const folder = new URL('../../prosody/test/', import.meta.url).pathname
/** Prosody runs on any of these; Debian's Prosody brings 5.4. */
const interpreters = ['lua5.4', 'lua5.3', 'lua5.2', 'lua5.1'].filter(
  (lua) => spawnSync(lua, ['-v'], { stdio: 'ignore' }).status === 0,
)

test('Lua 5.4 is here', () => {
  assert.ok(interpreters.includes('lua5.4'), 'These tests need Lua: apt-get install lua5.4')
})

for (const lua of interpreters) {
  const { status, stdout, stderr } = spawnSync(lua, ['run.lua'], { cwd: folder, encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => /^(not )?ok /.test(line))
  for (const line of lines) {
    const [name = '', problem] = line.replace(/^(not )?ok /, '').split('\t')
    test(`${lua}: ${name}`, () => assert.ok(line.startsWith('ok '), problem))
  }
  test(`${lua}: all tests have run`, () => {
    assert.equal(stderr, '')
    assert.ok(lines.length > 30, `only ${lines.length} tests`)
    assert.equal(status, lines.some((line) => line.startsWith('not ')) ? 1 : 0)
  })
}
