// Contestants under the same load, in rounds that alternate, so that a slow minute meets everyone.
import { start } from './contestant.ts'
import { load, type Load, type Measured } from './load.ts'
import { median, row } from './table.ts'

export type Entry = {
  name: string
  /** One that bench/server.ts knows. */
  store: string
  keyed?: boolean
  /** Servers on one database; the connections are divided among them. Without it one. */
  instances?: number
}

type Result = Measured & { peak: number; ratio: number }

/** Until compiling is hardly seen any more, seconds: with 2, two instances had 0.9 of the rate that they had later. */
const WARM_UP = 4

type Rounds = { rounds: number; seconds: number }

/** Prints a table for each kind of load; the first entry is the one to whose rate the others are compared. */
export async function benchStores(
  entries: Entry[],
  connections: number[],
  { rounds, seconds }: Rounds,
  database?: () => Promise<string>,
): Promise<void> {
  for (const closing of [false, true]) {
    for (const count of connections) {
      const results = await compare(entries, { connections: count, closing, seconds }, rounds, database)
      const kind = closing ? 'a new connection for every request' : 'keep-alive'
      console.log(`\n${count} connections, ${kind}; medians of ${rounds} rounds of ${seconds} s\n`)
      console.log(row('', 'req/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'peak MB', 'ratio to (a)'))
      console.log(row('---', '--:', '--:', '--:', '--:', '--:', '--:'))
      for (const [index, { name }] of entries.entries()) {
        const of = (field: keyof Result) => median((results[index] ?? []).map((result) => result[field]))
        const latencies = [of('p50'), of('p99'), of('p999')].map((ms) => ms.toFixed(1))
        console.log(
          row(name, of('perSecond').toFixed(0), ...latencies, of('peak').toFixed(0), of('ratio').toFixed(2)),
        )
      }
    }
  }
}

async function compare(
  entries: Entry[],
  options: Load,
  rounds: number,
  database?: () => Promise<string>,
): Promise<Result[][]> {
  const results: Result[][] = entries.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    let ceiling = 0
    for (const [index, entry] of entries.entries()) {
      const result = await measure(entry, options, await database?.())
      if (index === 0) ceiling = result.perSecond
      results[index]?.push({ ...result, ratio: result.perSecond / ceiling })
    }
  }
  return results
}

async function measure(
  { store, keyed, instances = 1 }: Entry,
  options: Load,
  database?: string,
): Promise<Omit<Result, 'ratio'>> {
  const servers = [await start(store, database)]
  while (servers.length < instances) servers.push(await start(store, database, { rooms: false }))
  const connections = Math.floor(options.connections / instances)
  const all = (load_: Load) => Promise.all(servers.map(({ url }) => load(url, load_)))
  // Two take twice as long to compile the same code, for each has half of the requests.
  await all({ ...options, connections, seconds: WARM_UP * instances })
  const measured = await all({ ...options, connections, ...(keyed && { keyed }) })
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  const peak = sum(servers.map((server) => server.memory().peak))
  for (const server of servers) await server.stop()
  return {
    perSecond: sum(measured.map(({ perSecond }) => perSecond)),
    p50: Math.max(...measured.map(({ p50 }) => p50)),
    p99: Math.max(...measured.map(({ p99 }) => p99)),
    p999: Math.max(...measured.map(({ p999 }) => p999)),
    peak,
  }
}
