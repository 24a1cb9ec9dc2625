// The numbers on top: people, rooms, connections now, and how many people were there at once today.
import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get } from '../api.ts'
import { text } from '../strings.ts'
import { instant, reference } from '../shell/clock.tsx'
import { clockOf } from '../time.tsx'
import { live, loaded, outlined, version } from './feed.ts'

type Bucket = { start: string; peak: number }

const today = signal<Bucket[]>([])
const peak = computed(() => {
  void version.value
  return Math.max(peakToday.value, live.value.people.size)
})
const peakToday = computed(() => today.value.reduce((most, bucket) => Math.max(most, bucket.peak), 0))
/** How often the curve is asked for, ms. */
const REFRESH = 60_000
const [WIDTH, HEIGHT] = [480, 56]

export function Counters() {
  const past = instant.value !== null
  const until = reference.value
  const midnight = new Date(until).setHours(0, 0, 0, 0)
  const minute = Math.floor(until / REFRESH)
  useEffect(() => {
    // A day takes the server longest: who is there now comes first.
    if (!outlined.value) return
    const over = new AbortController()
    const range = `from=${midnight}&to=${Math.max(until, midnight + 1)}`
    get<{ buckets: Bucket[] }>(`/api/v1/stats?${range}&bucket=minute`, over.signal).then(
      ({ buckets }) => void (today.value = buckets),
      () => void (today.value = []),
    )
    return () => over.abort()
  }, [minute, outlined.value])

  void version.value
  const shown = (count: number, known = loaded.value) => (known ? count.toLocaleString('en') : '–')
  return (
    <dl class="counters">
      <Counter label={text.live.people} value={shown(live.value.people.size)} strong />
      <Counter label={text.live.rooms} value={shown(live.value.meetings, outlined.value)} />
      <Counter label={text.live.devices} value={shown(live.value.stays)} />
      {today.value.length > 0 && (
        <Counter label={past ? text.live.peakPast : text.live.peak} value={shown(peak.value)} />
      )}
      {today.value.length > 1 && (
        <div class="curve">
          <dt>{past ? text.live.concurrencyPast : text.live.concurrency}</dt>
          <dd>
            <Curve />
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

function Curve() {
  const { from, area, line } = curve.value
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" preserveAspectRatio="none">
      <title>{`${text.live.concurrency}: ${clockOf(from)}, ${peak.value}`}</title>
      <path class="area" d={area} />
      <path class="line" d={line} />
    </svg>
  )
}

/** The whole day is as wide as the picture: what is still to come is empty. */
const curve = computed(() => {
  const from = Date.parse(today.value[0]?.start ?? '')
  const points = today.value.map(({ start, peak: count }) => {
    const x = ((Date.parse(start) - from) / 86_400_000) * WIDTH
    const y = HEIGHT - 2 - (count / Math.max(peak.value, 1)) * (HEIGHT - 6)
    return { x: x.toFixed(1), y: y.toFixed(1) }
  })
  const line = points.map(({ x, y }) => `L${x} ${y}`).join('')
  const end = points.at(-1)?.x ?? '0'
  return { from, area: `M0 ${HEIGHT}${line}L${end} ${HEIGHT}Z`, line: `M${line.slice(1)}` }
})
