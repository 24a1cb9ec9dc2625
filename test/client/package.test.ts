// What `npm pack` makes is what a program in another folder uses: types, plain JavaScript, and the example of the docs.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/folder.ts'
import { startServer } from '../support/server.ts'

const ROOT = join(import.meta.dirname, '../..')
const TSC = join(ROOT, 'node_modules/.bin/tsc')
const text = readFileSync(join(ROOT, 'docs/client.md'), 'utf8')
const [, example = '', printed = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(text) ?? []

test('a program that has installed the package', async (t) => {
  const folder = temporaryFolder(t)
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT })
  const [archive = ''] = readdirSync(folder)
  mkdirSync(join(folder, 'node_modules/rollcall'), { recursive: true })
  run('tar', ['xzf', archive, '--strip-components=1', '-C', 'node_modules/rollcall'])
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')

  await t.test('finds no import in it but its own files', () => {
    const files = globSync('node_modules/rollcall/dist/client/*', { cwd: folder })
    assert.ok(files.some((file) => file.endsWith('index.js')))
    const imported = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:from |import |import\()'([^']+)'/g)].map(
        ([, name]) => name ?? '',
      ),
    )
    assert.deepEqual(
      imported.filter((name) => !name.startsWith('./') || builtinModules.includes(name)),
      [],
    )
  })

  await t.test('has types for the example of the docs, and they refuse what is not there', () => {
    const wrong = `${example}\nconst room = await rollcall.rooms.get('s1')\nroom.nmae`
    writeFileSync(join(folder, 'right.ts'), example)
    writeFileSync(join(folder, 'wrong.ts'), wrong)
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', '']
    run(TSC, [...options, '--lib', 'es2023,dom,dom.asynciterable', 'right.ts'])
    assert.throws(
      () => run(TSC, [...options, '--lib', 'es2023,dom,dom.asynciterable', 'wrong.ts']),
      ({ stdout }: { stdout: string }) => /'nmae' does not exist on type/.test(stdout),
    )
  })

  await t.test('runs the example of the docs, and it prints what the docs say', async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    await tell(server.url)
    const script = example.replace('http://localhost:8484', server.url)
    assert.notEqual(script, example)
    writeFileSync(join(folder, 'example.js'), script)
    const { stdout } = await promisify(execFile)(process.execPath, ['example.js'], { cwd: folder })
    assert.equal(stdout, printed)
  })
})

async function tell(url: string): Promise<void> {
  const roomJid = 'daily@conference.example.com'
  const day = (time: string) => `2026-11-22T${time}Z`
  const join = (who: string, role: string, at: string) => ({
    jid: `${who.toLowerCase()}@example.com/tab`,
    roomJid,
    nick: who,
    role,
    at: day(at),
  })
  await send('POST', 'rooms', { name: 'daily', session: 's1', jid: roomJid, at: day('09:00:00') })
  await send('POST', 'occupants', join('Ann', 'moderator', '09:00:05'))
  await send('POST', 'occupants', join('Bob', 'participant', '09:01:00'))
  await send('DELETE', 'occupants/bob@example.com/tab', { roomJid, reason: 'left', at: day('09:20:00') })

  async function send(method: string, path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200)
  }
}
