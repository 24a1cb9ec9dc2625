// The contract vectors on PostgreSQL: on the installed one, which is the oldest supported, and on the newest.
import { after, before, describe } from 'node:test'
import { ensure } from '../scripts/debian.ts'
import { startPostgres, type Postgres } from './support/postgres.ts'
import { runVectors } from './support/vectors.ts'

const left = ensure(['postgresql'], 'the vectors on the installed PostgreSQL').length > 0

for (const which of ['newest', 'installed'] as const) {
  if (which === 'installed' && left) continue
  describe(`on the ${which} PostgreSQL`, () => {
    let postgres: Postgres
    let schemas = 0
    before(async () => {
      postgres = await startPostgres(which, { max_connections: '200' })
    })
    after(() => postgres.dispose())

    runVectors(() => ({ ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: `vectors_${(schemas += 1)}` }))
  })
}
