// The store contract on PostgreSQL: the newest, and the installed one, which is the oldest supported.
import { after, before, describe } from 'node:test'
import { ensure } from '../../scripts/debian.ts'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { clientsContract } from './clients.ts'
import { storeContract } from './contract.ts'
import type { Engine } from './engine.ts'
import { jsonContract, SHOWN } from './json.ts'
import { meetingsContract } from './meetings.ts'
import { readsContract } from './reads.ts'
import { searchContract } from './search.ts'
import { statsContract } from './stats.ts'

const left = ensure(['postgresql'], 'the store contract on the installed PostgreSQL').length > 0

for (const which of ['newest', 'installed'] as const) {
  const skip = which === 'installed' && left && 'there is no installed PostgreSQL'
  describe(`with the ${which} PostgreSQL`, { skip }, () => {
    let postgres: Postgres
    let schemas = 0
    before(async () => {
      postgres = await startPostgres(which)
    })
    after(() => postgres.dispose())

    const engine: Engine = {
      name: `PostgreSQL, ${which}`,
      fresh() {
        const schema = `test_${(schemas += 1)}`
        const open = (queueLimit = 10_000) =>
          openPostgres({ url: postgres.url, schema, queueLimit, views: SHOWN })
        return { open, again: () => open(), remove: async () => {} }
      },
    }
    storeContract(engine)
    meetingsContract(engine)
    readsContract(engine)
    searchContract(engine)
    statsContract(engine)
    clientsContract(engine)
    jsonContract(engine)
  })
}
