// Insight: what happened in a range of time, in figures and curves.
import type { Clients, Stats } from '../../../src/client/types.ts'
import { useAnswer, type Answer } from '../answer.ts'
import { param } from '../router.ts'
import { text } from '../strings.ts'
import { Busiest } from './busiest.tsx'
import { ClientShares } from './clients.tsx'
import { Concurrency } from './concurrency.tsx'
import { Groups } from './groups.tsx'
import { Headlines } from './headline.tsx'
import { Lengths } from './lengths.tsx'
import { before, bucketOf, type Bucket, type Range } from './range.ts'
import { Toolbar } from './toolbar.tsx'
import { view } from './view.ts'
import { Week } from './week.tsx'
import { zone } from './words.ts'
import './insight.css'

export function InsightPage() {
  const range = view.value
  const compared = before(range, range.preset)
  const stats = useAnswer<Stats>(statsOf(range, bucketOf(range)))
  const found = stats.value !== undefined && stats.value.total.rooms > 0
  const earlier = useAnswer<Stats>(found ? statsOf(compared, 'day') : null)
  const first = useAnswer<{ rooms: { createdAt: string }[] }>(
    found ? '/api/v1/rooms?sort=created&limit=1' : null,
  )
  const clients = useAnswer<Clients>(found ? `/api/v1/clients?${question(range)}` : null)
  return (
    <div class="insight" aria-busy={!stats.current}>
      <h1>{text.insight.title}</h1>
      <Toolbar />
      <State answer={stats} found={found} />
      {stats.value && (
        <div class={stats.current ? 'parts' : 'parts waiting'}>
          {found && (
            <Headlines
              total={stats.value.total}
              earlier={earlier.current ? earlier.value?.total : undefined}
              compared={compared}
              first={first.value?.rooms.map(({ createdAt }) => Date.parse(createdAt))[0]}
            />
          )}
          {/* There where nothing happened too: it leads to where something did. */}
          <Concurrency key="at once" buckets={stats.value.buckets} range={rangeOf(stats.value)} />
          {found && <Parts stats={stats.value} clients={clients.value} />}
        </div>
      )}
    </div>
  )
}

function Parts({ stats, clients }: { stats: Stats; clients: Clients | undefined }) {
  const range = rangeOf(stats)
  return (
    <>
      <Week week={stats.week} range={range} />
      <div class="pair">
        <Busiest rooms={stats.busiest} range={range} />
        <Lengths lengths={stats.lengths} durations={stats.total.durationMs} range={range} />
      </div>
      <div class="pair">
        <Groups byHost={stats.byHost} byKind={stats.byKind} range={range} />
        {clients && <ClientShares answer={clients} range={rangeOf(clients)} />}
      </div>
    </>
  )
}

function State({ answer, found }: { answer: Answer<Stats>; found: boolean }) {
  const { value, current, problem, again } = answer
  const loading = problem === '' && !current
  const nothing = problem === '' && current && value !== undefined && !found
  // Where figures are shown, loading is seen by them.
  const quiet = problem === '' && !nothing && value !== undefined
  return (
    <div class={quiet ? 'visually-hidden' : 'state'}>
      <p role="status">
        {problem}
        {loading && text.list.loading}
        {nothing && text.insight.nothing}
      </p>
      {problem !== '' && (
        <button type="button" onClick={again}>
          {text.list.again}
        </button>
      )}
    </div>
  )
}

/** What is shown is of the range that the answer says: the one asked for may still be on its way. */
function rangeOf({ from, to }: Pick<Stats, 'from' | 'to'>): Range {
  return { from: Date.parse(from), to: Date.parse(to) }
}

function statsOf(range: Range, bucket: Bucket): string {
  return `/api/v1/stats?${question(range)}&bucket=${bucket}&tz=${encodeURIComponent(zone)}`
}

function question({ from, to }: Range): string {
  const asked = new URLSearchParams({ from: `${from}`, to: `${to}` })
  if (param('host') !== '') asked.set('host', param('host'))
  return asked.toString()
}
