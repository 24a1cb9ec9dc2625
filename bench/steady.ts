// npm run bench -- steady: latency at half the rate, memory over minutes at the full rate, and time to start.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from './contestant.ts'
import { load } from './load.ts'
import { median, row } from './table.ts'

const CONNECTIONS = 64

export async function benchSteady({ seconds, minutes }: { seconds: number; minutes: number }): Promise<void> {
  console.log(`\nTime from the start of the process to 200 on /readyz, median of 5: ${await readyAfter()} ms`)

  const server = await start('sqlite')
  await load(server.url, { connections: CONNECTIONS, seconds: 5 })
  const full = await load(server.url, { connections: CONNECTIONS, seconds })
  const half = await load(server.url, { connections: CONNECTIONS, seconds, rate: full.perSecond / 2 })
  console.log(`\nSQLite at ${CONNECTIONS} connections with keep-alive\n`)
  console.log(row('', 'req/s', 'p50 ms', 'p99 ms', 'p99.9 ms'))
  console.log(row('---', '--:', '--:', '--:', '--:'))
  for (const [name, { perSecond, p50, p99, p999 }] of Object.entries({
    'full rate': full,
    'half of it': half,
  })) {
    console.log(row(name, perSecond.toFixed(0), ...[p50, p99, p999].map((ms) => ms.toFixed(1))))
  }

  console.log('\nMemory at the full rate\n')
  console.log(row('minute', 'req/s', 'p99 ms', 'MB'))
  console.log(row('--:', '--:', '--:', '--:'))
  for (let minute = 1; minute <= minutes; minute += 1) {
    const { perSecond, p99 } = await load(server.url, { connections: CONNECTIONS, seconds: 60 })
    console.log(row(`${minute}`, perSecond.toFixed(0), p99.toFixed(1), server.memory().now.toFixed(0)))
  }
  await server.stop()
}

async function readyAfter(): Promise<string> {
  const times: number[] = []
  for (let run = 0; run < 5; run += 1) times.push(await startOnce())
  return median(times).toFixed(0)
}

/** As a user starts it: the command line on a new database. */
async function startOnce(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const main = join(import.meta.dirname, '../src/cli/main.ts')
  const began = performance.now()
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--database', join(folder, 'a.db')])
  let output = ''
  let ready: number | undefined
  child.stdout.setEncoding('utf8')
  for await (const text of child.stdout as AsyncIterable<string>) {
    output += text
    const url = /Rollcall listens on (http:\/\/[\d.:]+)/.exec(output)?.[1]
    if (!url) continue
    if ((await fetch(`${url}/readyz`)).status === 200) ready = performance.now() - began
    break
  }
  child.kill()
  await once(child, 'exit')
  rmSync(folder, { recursive: true })
  if (ready === undefined) throw new Error(`it was never ready: ${output}`)
  return ready
}
