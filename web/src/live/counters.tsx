// The numbers on top: people, rooms, connections now, and how many people were there at once today.
import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get } from '../api.ts'
import { text } from '../strings.ts'
import { instant, reference } from '../shell/clock.tsx'
import { clockOf } from '../time.tsx'
import { live, loaded, outlined, version } from './feed.ts'
import { meetings } from './state.ts'

type Bucket = { start: string; peak: number }

const rooms = computed(() => {
  void version.value
  return meetings(live.value).length
})
const today = signal<Bucket[]>([])
/** How often the curve is asked for, ms. */
const REFRESH = 60_000
const [WIDTH, HEIGHT] = [480, 56]

export function Counters() {
  const past = instant.value !== null
  const until = reference.value
  const midnight = new Date(until).setHours(0, 0, 0, 0)
  const minute = Math.floor(until / REFRESH)
  useEffect(() => {
    const over = new AbortController()
    const range = `from=${midnight}&to=${Math.max(until, midnight + 1)}`
    get<{ buckets: Bucket[] }>(`/api/v1/stats?${range}&bucket=minute`, over.signal).then(
      ({ buckets }) => void (today.value = buckets),
      () => void (today.value = []),
    )
    return () => over.abort()
  }, [minute])

  void version.value
  const shown = (count: number, known = loaded.value) => (known ? count.toLocaleString('en') : '–')
  const peak = today.value.reduce((most, bucket) => Math.max(most, bucket.peak), live.value.people.size)
  return (
    <dl class="counters">
      <Counter label={text.live.people} value={shown(live.value.people.size)} strong />
      <Counter label={text.live.rooms} value={shown(rooms.value, outlined.value)} />
      <Counter label={text.live.devices} value={shown(live.value.stays)} />
      {today.value.length > 0 && (
        <Counter label={past ? text.live.peakPast : text.live.peak} value={shown(peak)} />
      )}
      {today.value.length > 1 && (
        <div class="curve">
          <dt>{past ? text.live.concurrencyPast : text.live.concurrency}</dt>
          <dd>
            <Curve buckets={today.value} from={midnight} peak={Math.max(peak, 1)} />
          </dd>
        </div>
      )}
    </dl>
  )
}

function Counter({ label, value, strong = false }: { label: string; value: string; strong?: boolean }) {
  return (
    <div class={strong ? 'strong' : ''}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** The whole day is as wide as the picture: what is still to come is empty. */
function Curve({ buckets, from, peak }: { buckets: Bucket[]; from: number; peak: number }) {
  const x = (time: number) => ((time - from) / 86_400_000) * WIDTH
  const y = (count: number) => HEIGHT - 2 - (count / peak) * (HEIGHT - 6)
  const line = buckets.map(
    ({ start, peak: count }) => `L${x(Date.parse(start)).toFixed(1)} ${y(count).toFixed(1)}`,
  )
  const end = x(Date.parse(buckets.at(-1)?.start ?? ''))
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" preserveAspectRatio="none">
      <title>{`${text.live.concurrency}: ${clockOf(from)}, ${peak}`}</title>
      <path class="area" d={`M0 ${HEIGHT}${line.join('')}L${end.toFixed(1)} ${HEIGHT}Z`} />
      <path class="line" d={`M${line.join('').slice(1)}`} />
    </svg>
  )
}
