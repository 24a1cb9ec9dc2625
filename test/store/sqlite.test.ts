// SQLite, held to the contract of every store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import { clientsContract } from './clients.ts'
import { storeContract } from './contract.ts'
import type { Engine } from './engine.ts'
import { jsonContract, SHOWN } from './json.ts'
import { meetingsContract } from './meetings.ts'
import { readsContract } from './reads.ts'
import { searchContract } from './search.ts'
import { statsContract } from './stats.ts'

const engine: Engine = {
  name: 'SQLite',
  fresh() {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-test-'))
    const open = (queueLimit = 10_000) =>
      openSqlite({
        path: join(folder, 'rollcall.db'),
        queueLimit,
        views: SHOWN,
        onLost: (error) => {
          throw error
        },
      })
    return { open, again: open, remove: async () => rmSync(folder, { recursive: true }) }
  },
}

storeContract(engine)
meetingsContract(engine)
readsContract(engine)
searchContract(engine)
statsContract(engine)
clientsContract(engine)
jsonContract(engine)
