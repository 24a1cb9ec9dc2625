// npm test: everything, or `--prosody13` for the end-to-end part on Prosody 13, or `--long` for what takes minutes by itself,
// or the files it is given.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { ensure } from './debian.ts'
import { prosody13 } from './prosody13.ts'

const AT_ONCE = availableParallelism() + 1

type Count = { passed: number; failed: number; skipped: number }

const long = process.argv.includes('--long')
if (long) process.env['ROLLCALL_TEST_LONG'] = '1'
/** What takes a minute or more and hardly ever breaks: `--long` alone runs it. npm test has the vectors on SQLite. */
const ONLY_LONG = ['test/faults/failing-disk.test.ts', 'test/vectors-postgres.test.ts']
/** Besides, of what npm test runs a part: instances that write for a minute. */
const LONG = [...ONLY_LONG, 'test/postgres/instances.test.ts']
/** Begun first, for otherwise one of them is the last to run, and alone. */
const FIRST = new Set([
  'test/web/meeting.test.ts',
  'test/web/insight.test.ts',
  'test/web/live.test.ts',
  'test/cli/copy-refusals.test.ts',
])
/** Five hundred clients, and a comparison of clocks: they get the machine for themselves. */
const ALONE = ['test/e2e/crowd.test.ts', ...globSync('test/chaos/*.test.ts').sort()]

const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const files = long ? LONG : given
const on13 = process.argv.includes('--prosody13')

// Most tests start servers; with this each starts in two thirds of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'rollcall-compile-cache')

// Once, before all: a build takes away the files of the one before, which another test may just be asking for.
const built = spawnSync('node', [join(import.meta.dirname, 'web.ts')], { stdio: 'inherit' })
if (built.status !== 0) process.exit(1)

const count: Count = { passed: 0, failed: 0, skipped: 0 }
for (const { paths, concurrency } of files.length > 0 ? [{ paths: files, concurrency: 1 }] : phases()) {
  await runFiles(paths, concurrency)
}
// A skip that nobody sees is a defect: where it counts, it counts as one.
if (count.skipped > 0) console.log(`${count.skipped} skipped`)
if (process.env['CI'] === 'true') count.failed += count.skipped
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1)

/**
 * More files at a time than there are cores, for most of them wait: the whole end-to-end part takes 85 s of CPU in the
 * time in which Prosody's timers run out. It has a phase of its own because its clients give up after 15 s.
 */
function phases(): { paths: string[]; concurrency: number }[] {
  const endToEnd = [
    { paths: globSync('test/e2e/**/*.test.ts', { exclude: ALONE }).sort(), concurrency: AT_ONCE },
    { paths: ALONE, concurrency: 1 },
  ]
  if (on13) {
    process.env['ROLLCALL_TEST_PROSODY'] = '13'
    prosody13()
    return ensure(['faketime'], 'the tests with Prosody 13').length > 0 ? [] : endToEnd
  }
  const missing = ensure(['prosody', 'lua5.4', 'faketime'], 'the tests with a real Prosody')
  const others = globSync('test/**/*.test.ts', {
    exclude: [
      'test/e2e/**',
      'test/chaos/**',
      ...ONLY_LONG,
      ...(missing.length > 0 ? ['test/prosody/**'] : []),
    ],
  })
  const isFirst = (path: string) => FIRST.has(path)
  const paths = [...others.filter(isFirst), ...others.filter((path) => !isFirst(path)).sort()]
  const quick = { paths, concurrency: AT_ONCE }
  return missing.length > 0 ? [quick] : [quick, ...endToEnd]
}

async function runFiles(paths: string[], concurrency: number): Promise<void> {
  const stream = run({ files: paths, concurrency, timeout: 10 * 60_000 })
  stream.on('test:pass', ({ skip, todo, details }) => {
    // A suite that is left out reports none of its tests.
    if (details.type === 'suite' && skip === undefined) return
    if (skip !== undefined || todo !== undefined) count.skipped += 1
    else count.passed += 1
  })
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') count.failed += 1
  })
  const report = stream.compose(new spec())
  for await (const text of report) process.stdout.write(text as string)
}
