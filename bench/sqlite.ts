// npm run bench -- sqlite: what durability on SQLite costs, against the same server without a store.
import { benchStores } from './compare.ts'

const CONTESTANTS = [
  { name: '(a) no store: the ceiling', store: 'none' },
  { name: '(b) SQLite, group commit', store: 'sqlite' },
  { name: '(c) SQLite, a commit per request', store: 'sqlite-single' },
  { name: '(d) as (b), with Idempotency-Key', store: 'sqlite', keyed: true },
]

export function benchSqlite(rounds: { rounds: number; seconds: number }): Promise<void> {
  return benchStores(CONTESTANTS, [64, 256], rounds)
}
