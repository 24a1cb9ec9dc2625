// npm run check: everything that can be said of the sources without running them.
import { spawnSync } from 'node:child_process'
import { ensure } from './debian.ts'

const checks: Record<string, string[]> = {
  types: ['tsc', '--noEmit'],
  'types of the dashboard': ['tsc', '--noEmit', '--project', 'web'],
  // In browsers there is no Node.
  'types of the client': ['tsc', '--noEmit', '-p', 'src/client'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  format: ['prettier', '--check', '--log-level=warn', '.'],
  'unused code': ['knip'],
  'import direction': ['node', '--test', '--test-reporter=dot', 'test/architecture.test.ts'],
}
if (ensure(['lua-check'], 'the check of the Lua module').length === 0) {
  checks['lua'] = ['luacheck', '--quiet', 'prosody', 'bench', 'test']
}

const failed = Object.entries(checks).filter(([name, [program = '', ...args]]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (status !== 0) console.log(stdout + stderr)
  return status !== 0
})
process.exit(failed.length === 0 ? 0 : 1)
