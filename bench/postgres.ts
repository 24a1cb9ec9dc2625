// npm run bench -- postgres: what PostgreSQL costs, against no store and against the server that everyone writes first.
import { startPostgres } from '../test/support/postgres.ts'
import { benchStores } from './compare.ts'
import { benchHeard } from './heard.ts'

const CONTESTANTS = [
  { name: '(a) no store: the ceiling', store: 'none' },
  { name: '(b) PostgreSQL', store: 'postgres' },
  { name: '(c) PostgreSQL, two instances', store: 'postgres', instances: 2 },
  { name: '(d) PostgreSQL, a transaction per request, pool of 16', store: 'naive' },
  { name: '(e) as (b), with Idempotency-Key', store: 'postgres', keyed: true },
]

/** One after the other, each round a pair: on a machine that others use too, hours differ more than these two. */
const INSTANCES = [
  { name: '(a) PostgreSQL, one instance', store: 'postgres' },
  { name: '(b) PostgreSQL, two instances', store: 'postgres', instances: 2 },
]

/** PostgreSQL, server and load share the machine. Each round has a schema of its own. */
export async function benchPostgres(rounds: { rounds: number; seconds: number }): Promise<void> {
  const postgres = await startPostgres('newest', {
    fsync: 'on',
    shared_buffers: '256MB',
    max_wal_size: '4GB',
  })
  console.log(`PostgreSQL ${postgres.version}, on the same machine`)
  let schemas = 0
  const database = async () => `${postgres.url}#bench_${(schemas += 1)}`
  try {
    // First: light load is meant, and what the others leave behind keeps the vacuum busy.
    await benchHeard(postgres.url, 'bench_heard', rounds.rounds * 500)
    await benchStores(CONTESTANTS, [64, 256], rounds, database)
    await benchStores(INSTANCES, [256], { ...rounds, rounds: 3 * rounds.rounds }, database)
  } finally {
    await postgres.dispose()
  }
}
