// The time axis of the timeline, its lines behind the bars, and the curve above it.
import { useComputed } from '@preact/signals'
import { text } from '../strings.ts'
import { clockOf, isSameDay, secondsOf } from '../time.tsx'
import { mostIn } from './curve.ts'
import { percentOf, ticksOf } from './scale.ts'
import { crowd, isLive, latest, peak, scale } from './state.ts'
import { isNarrow } from './window.ts'

/** Of the curve, in its own units. */
const [COLUMNS, HEIGHT] = [480, 44]
const SHORT = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

export function Axis() {
  const ticks = ticksOf(scale.value, isNarrow.value ? 4 : 10)
  const spread = (ticks[1] ?? Infinity) - (ticks[0] ?? 0)
  const said = (time: number, index: number) => {
    const before = ticks[index - 1] ?? scale.value.from
    if (spread >= 86_400_000 || !isSameDay(time, before)) return SHORT.format(time)
    return spread < 60_000 ? secondsOf(time) : clockOf(time)
  }
  return (
    <div class="line axis" aria-hidden="true">
      <span class="label" />
      <span class="track">
        {ticks.map((time, index) => {
          const left = percentOf(scale.value, time)
          const edge = left < 3 ? ' first' : left > 97 ? ' last' : ''
          return (
            <span key={time} class={`tick${edge}`} style={{ left: `${left}%` }}>
              {said(time, index)}
            </span>
          )
        })}
      </span>
      <span class="number">{text.meeting.time}</span>
    </div>
  )
}

/** Behind the bars, the lines of the axis. */
export function Grid() {
  return (
    <div class="grid" aria-hidden="true">
      <div class="line">
        <span />
        <span class="track">
          {ticksOf(scale.value, isNarrow.value ? 4 : 10).map((time) => (
            <i key={time} style={{ left: `${percentOf(scale.value, time)}%` }} />
          ))}
          {isLive.value && <i class="now" style={{ left: `${percentOf(scale.value, latest.value)}%` }} />}
        </span>
      </div>
    </div>
  )
}

export function Curve() {
  const most = useComputed(() => mostIn(crowd.value.people, scale.value, COLUMNS))
  const drawn = isLive.value ? Math.ceil((percentOf(scale.value, latest.value) / 100) * COLUMNS) : COLUMNS
  const y = (count: number) => (HEIGHT - (count / Math.max(1, peak.value)) * (HEIGHT - 4)).toFixed(1)
  const path = most.value.slice(0, drawn).map((count, column) => `H${column}V${y(count)}H${column + 1}`)
  return (
    <svg viewBox={`0 0 ${COLUMNS} ${HEIGHT}`} preserveAspectRatio="none" role="img">
      <title>{text.meeting.crowd(peak.value)}</title>
      <path class="area" d={`M0 ${HEIGHT}${path.join('')}V${HEIGHT}Z`} />
      <path class="line" d={`M0 ${y(most.value[0] ?? 0)}${path.join('')}`} />
    </svg>
  )
}
