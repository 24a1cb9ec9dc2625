// kill −9 of PostgreSQL under full load: 503 meanwhile, and afterwards everything that was answered 200, once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status, stop } from '../faults/during.ts'
import { createLoad, type Load } from '../faults/load.ts'
import { Random } from '../support/random.ts'
import { startPostgres } from '../support/postgres.ts'
import { serve } from '../support/process.ts'
import { until } from '../e2e/until.ts'
import { holdsItsWord } from './held.ts'
import { create } from './say.ts'

const ROUNDS = ['all', 'first', 'all', 'first', 'all', 'first'] as const

test('whatever of PostgreSQL is killed under load, what was answered 200 is there, once, and nothing by half', async (t) => {
  const postgres = await startPostgres('newest')
  t.after(() => postgres.dispose())
  const database = { url: postgres.url, schema: 'killed' }
  const server = await serve({ ROLLCALL_DATABASE: database.url, ROLLCALL_SCHEMA: database.schema })
  const seed = Date.now() % 1_000_000
  t.diagnostic(`seed ${seed}`)
  const random = new Random(seed)
  const load = createLoad({ seed })
  const over = new AbortController()
  const running = load.run(server.url, over.signal)
  let longest = 0

  for (const round of ROUNDS) {
    await grown(load, 'answered', 200 + random.below(600))
    if (round === 'all') await postgres.kill()
    else await postgres.killFirst()
    // Those alone wait that were in the commit under way: nobody can know yet what became of it.
    const { status: said, retryAfter } = await create(server, 'other')
    assert.deepEqual([said, retryAfter], [503, '1'])
    assert.equal(await status(server, '/readyz'), 503)
    assert.equal(await status(server, '/healthz'), 200)
    await postgres.start()
    const began = Date.now()
    await grown(load, 'answered', 1)
    longest = Math.max(longest, Date.now() - began)
  }
  over.abort()
  await running
  await load.finish(server.url)
  const found = await holdsItsWord(t, database, load)
  t.diagnostic(`${ROUNDS.length} kills, ${load.counts.answered} answered 200, ${load.counts.refused} refused`)
  t.diagnostic(
    `${found} calls found, the first 200 came at most ${longest} ms after PostgreSQL took connections`,
  )
  assert.equal(await status(server, '/readyz'), 200)
  await stop(server)
})

async function grown({ counts }: Load, count: keyof Load['counts'], by: number): Promise<void> {
  const enough = counts[count] + by
  await until(`${by} more are ${count}`, () => counts[count] >= enough, 60_000)
}
