// The contract vectors on the newest PostgreSQL; the installed one is held to the store contract.
import { after, before, describe } from 'node:test'
import { startPostgres, type Postgres } from './support/postgres.ts'
import { runVectors } from './support/vectors.ts'

describe('on PostgreSQL', () => {
  let postgres: Postgres
  let schemas = 0
  before(async () => {
    postgres = await startPostgres('newest', { max_connections: '200' })
  })
  after(() => postgres.dispose())

  runVectors(() => ({ ROLLCALL_DATABASE: postgres.url, ROLLCALL_SCHEMA: `vectors_${(schemas += 1)}` }))
})
