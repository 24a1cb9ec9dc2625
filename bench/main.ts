// npm run bench: one command a claim, each printing ratios. Takes about 15 minutes; `-- --quick` about two.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { ensure } from '../scripts/debian.ts'
import { benchAttendance } from './attendance.ts'
import { benchDashboard } from './dashboard.ts'
import { benchDrain } from './drain.ts'
import { benchPostgres } from './postgres.ts'
import { benchRead } from './read.ts'
import { benchSizing } from './sizing.ts'
import { benchSqlite } from './sqlite.ts'
import { benchStats } from './stats.ts'
import { benchSteady } from './steady.ts'
import { benchStream } from './stream.ts'
import { benchTimeline } from './timeline.ts'

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true })
const benches = {
  sqlite: () => benchSqlite(values.quick ? { rounds: 1, seconds: 3 } : { rounds: 3, seconds: 5 }),
  postgres: () => benchPostgres(values.quick ? { rounds: 1, seconds: 3 } : { rounds: 3, seconds: 5 }),
  read: () => benchRead(values.quick ? { patience: 2, seconds: 10 } : { patience: 5, seconds: 20 }),
  sizing: () => benchSizing(),
  steady: () => benchSteady(values.quick ? { seconds: 5, minutes: 0 } : { seconds: 20, minutes: 5 }),
  stream: () => benchStream(values.quick ? { seconds: 5 } : { seconds: 20 }),
  stats: () => benchStats(values.quick ? { rooms: 10_000, times: 5 } : { rooms: 100_000, times: 15 }),
  drain: () => benchDrain(values.quick ? { events: 20_000, seconds: 3 } : { events: 100_000, seconds: 10 }),
  attendance: () => benchAttendance({ times: values.quick ? 3 : 10 }),
  dashboard: () =>
    benchDashboard({
      sizes: [
        { rooms: 200, people: 1_500 },
        { rooms: 10_000, people: 100_000 },
      ],
      ...(values.quick
        ? { loads: 3, joins: 50, events: 72_000 }
        : { loads: 9, joins: 300, events: 1_440_000 }),
    }),
  timeline: () => benchTimeline({ people: 500, staysOfEach: 6, times: values.quick ? 5 : 20 }),
}
type Name = keyof typeof benches

if (ensure(['wrk'], 'the benchmarks').length > 0) process.exit(1)
const names = positionals.length > 0 ? positionals : Object.keys(benches)
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(
    `There is no bench called ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`,
  )
  process.exit(1)
}

const [cpu] = cpus()
console.log(
  `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}, server and wrk on one machine`,
)
for (const name of names) await benches[name as Name]()
