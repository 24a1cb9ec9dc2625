// npm run crash: kills the server under full load as often as it is told, and says what was lost: nothing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crash, describeSummary, KILLS_OF_A_FILE } from '../test/faults/crash.ts'

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = whole('kills', values.kills ?? '100')
const seed = whole('seed', values.seed ?? `${Date.now() % 1_000_000}`)

const folder = mkdtempSync(join(tmpdir(), 'rollcall-crash-'))
console.log(`${kills} kills, seed ${seed}`)
const summary = await crash({ kills, seed, folder, onKill: progress })
console.log(describeSummary(summary))

if (summary.findings.length === 0) {
  rmSync(folder, { recursive: true })
} else {
  for (const { kind, what } of summary.findings.slice(0, 20)) console.log(`${kind}: ${what}`)
  const life = seed + Math.floor((summary.kills - 1) / KILLS_OF_A_FILE)
  console.log(`The file is in ${folder}. The same plan again, though the moments differ:`)
  console.log(`npm run crash -- --kills ${KILLS_OF_A_FILE} --seed ${life}`)
  process.exit(1)
}

function progress(done: number): void {
  const bar = '#'.repeat(Math.round((done / kills) * 40)).padEnd(40, '.')
  if (process.stdout.isTTY)
    process.stdout.write(`\r[${bar}] ${done} of ${kills}${done === kills ? '\n' : ''}`)
  else if (done % 10 === 0) console.log(`${done} of ${kills}`)
}

function whole(name: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  console.error(`--${name} must be a whole number`)
  process.exit(1)
}
