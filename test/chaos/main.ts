// npm run chaos: runs seeds one after another and says of each whether the ledger equals what happened.
import { parseArgs } from 'node:util'
import { ensure } from '../../scripts/debian.ts'
import type { PlanOptions } from './plan.ts'
import { line, summary } from './report.ts'
import { run, type Result } from './run.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '12' },
    clients: { type: 'string', default: '40' },
    prosody: { type: 'string', default: process.env['ROLLCALL_TEST_PROSODY'] ?? '0.12' },
    without: { type: 'string', multiple: true, default: [] },
  },
})
const options: PlanOptions = {
  seconds: Number(values.seconds),
  clients: Number(values.clients),
  without: values.without,
}
if (values.prosody === '13') process.env['ROLLCALL_TEST_PROSODY'] = '13'
const needed = ensure(['faketime', ...(values.prosody === '13' ? [] : ['prosody' as const])], 'npm run chaos')
if (needed.length > 0) process.exit(1)

// A connection that is cut while it is being opened leaves a promise behind in the XMPP client that nobody can
// reach. Whatever matters is seen by who waits for it.
const strays: string[] = []
process.on('unhandledRejection', (reason) => strays.push(String(reason)))

const results: Result[] = []
let failed = 0
const first = Number(values.seed)
for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
  try {
    const result = await run(seed, options)
    results.push(result)
    console.log(line(result))
    if (result.folder === null) continue
    for (const problem of result.problems.slice(0, 5)) console.log(`  ${problem}`)
    if (result.problems.length > 5) console.log(`  and ${result.problems.length - 5} more`)
    console.log(`  kept: ${result.folder}`)
  } catch (error) {
    console.error(error)
  }
  failed += 1
  console.log(`  again: ${command(seed)}`)
}
console.log(summary(results))
if (failed > 0) console.log(`${failed} seeds failed`)
process.exit(failed === 0 ? 0 : 1)

function command(seed: number): string {
  const { seconds, clients, prosody, without } = values
  const more = without.map((kind) => ` --without ${kind}`).join('')
  return `npm run chaos -- --seed ${seed} --prosody ${prosody} --seconds ${seconds} --clients ${clients}${more}`
}
