// npm run bench -- sqlite: what durability on SQLite costs, against the same server without a store.
import { start } from './contestant.ts'
import { load, type Load, type Measured } from './load.ts'
import { median, row } from './table.ts'

const CONTESTANTS = [
  { name: '(a) no store: the ceiling', store: 'none' },
  { name: '(b) SQLite, group commit', store: 'sqlite' },
  { name: '(c) SQLite, a commit per request', store: 'sqlite-single' },
  { name: '(d) as (b), with Idempotency-Key', store: 'sqlite', keyed: true },
]

type Result = Measured & { peak: number; ratio: number }

/** Prints a table for each kind of load. Rounds alternate, so that a slow minute meets everyone. */
export async function benchSqlite({ rounds, seconds }: { rounds: number; seconds: number }): Promise<void> {
  for (const closing of [false, true]) {
    for (const connections of [64, 256]) {
      const results = await compare({ connections, closing, seconds }, rounds)
      const kind = closing ? 'a new connection for every request' : 'keep-alive'
      console.log(`\n${connections} connections, ${kind}; medians of ${rounds} rounds of ${seconds} s\n`)
      console.log(row('', 'req/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'peak MB', 'ratio to (a)'))
      console.log(row('---', '--:', '--:', '--:', '--:', '--:', '--:'))
      for (const [index, { name }] of CONTESTANTS.entries()) {
        const of = (field: keyof Result) => median((results[index] ?? []).map((result) => result[field]))
        const latencies = [of('p50'), of('p99'), of('p999')].map((ms) => ms.toFixed(1))
        console.log(
          row(name, of('perSecond').toFixed(0), ...latencies, of('peak').toFixed(0), of('ratio').toFixed(2)),
        )
      }
    }
  }
}

async function compare(options: Load, rounds: number): Promise<Result[][]> {
  const results: Result[][] = CONTESTANTS.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    let ceiling = 0
    for (const [index, { store, keyed }] of CONTESTANTS.entries()) {
      const server = await start(store)
      await load(server.url, { ...options, seconds: 2 })
      const measured = await load(server.url, { ...options, ...(keyed && { keyed }) })
      const { peak } = server.memory()
      await server.stop()
      if (index === 0) ceiling = measured.perSecond
      results[index]?.push({ ...measured, peak, ratio: measured.perSecond / ceiling })
    }
  }
  return results
}
