// The timeline: how many were there at once, the slider, and a line for each person.
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { setParams } from '../router.ts'
import { text } from '../strings.ts'
import { VirtualList } from '../virtual.tsx'
import { clockOf, isSameDay, secondsOf } from '../time.tsx'
import { mostIn } from './curve.ts'
import { Legend } from './legend.tsx'
import { TimelineLine } from './line.tsx'
import { MomentBar, MomentSlider } from './moment.tsx'
import { SORTS } from './people.ts'
import { percentOf, ticksOf } from './scale.ts'
import { goTo, pressed, spot } from './spot.ts'
import {
  crowd,
  isLive,
  latest,
  lines,
  looked,
  moment,
  moveTo,
  onlyThere,
  peak,
  scale,
  shown,
  sort,
} from './state.ts'
import { hideTip, showTip, Tip } from './tip.tsx'
import { isNarrow, listHeight } from './window.ts'

/** Of a line, px: on a narrow screen the bars lie below the name. */
const [LINE, NARROW_LINE] = [32, 50]
/** Of the curve, in its own units. */
const [COLUMNS, HEIGHT] = [480, 44]
const SHORT = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

export function Timeline() {
  useEffect(() => {
    addEventListener('scroll', scrolled, { capture: true, passive: true })
    addEventListener('keydown', escaped)
    return () => {
      removeEventListener('scroll', scrolled, { capture: true })
      removeEventListener('keydown', escaped)
    }
  }, [])
  const at = moment.value
  const height = isNarrow.value ? NARROW_LINE : LINE
  const whole = lines.value.length * height
  const reveal = lines.value.findIndex(({ key }) => key === spot.value?.line)
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{text.meeting.timeline}</h2>
      <Toolbar />
      <MomentBar />
      <div
        class={`sheet${at === null ? '' : ' has-moment'}${whole > listHeight.value ? ' scrolls' : ''}`}
        style={{ '--moment': `${percentOf(scale.value, at ?? 0)}%` }}
        onMouseOver={(event) => showTip(event.target, event.clientX)}
        onMouseLeave={hideTip}
        onFocusIn={({ target }) => focused(target as HTMLElement)}
        onFocusOut={hideTip}
        onKeyDown={keyed}
        onClick={clicked}
      >
        <Lines />
        <div class="fixed">
          <div class="line overview">
            <span class="label">{text.meeting.once}</span>
            <span class="track">
              <Curve />
            </span>
            <span class="label number">{text.meeting.most(peak.value)}</span>
          </div>
          <div class="line handle">
            <span />
            <span class="track">
              <MomentSlider />
            </span>
          </div>
          <Axis />
        </div>
        <div class="body" style={{ height: `${Math.min(whole, listHeight.value)}px` }}>
          <VirtualList
            items={lines.value}
            height={height}
            label={text.meeting.list}
            keyOf={({ key }) => key}
            reveal={reveal === -1 ? undefined : reveal}
            render={(line) => <TimelineLine line={line} />}
          />
        </div>
        <Nobody />
      </div>
      <p class="visually-hidden">{text.meeting.help}</p>
      <Tip />
    </section>
  )
}

function Toolbar() {
  const all = crowd.value.people.length
  const count = shown.value.length
  return (
    <div class="toolbar">
      <label class="find">
        <span class="visually-hidden">{text.meeting.find}</span>
        <input
          type="search"
          value={looked.value}
          placeholder={text.meeting.find}
          onInput={({ currentTarget }) => setParams({ q: currentTarget.value }, { replace: true })}
        />
      </label>
      <label class="sort">
        <span>{text.meeting.sort}</span>
        <select
          value={sort.value}
          onChange={({ currentTarget }) =>
            setParams({ sort: currentTarget.value === 'first' ? null : currentTarget.value })
          }
        >
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {text.meeting.sorts[one]}
            </option>
          ))}
        </select>
      </label>
      <span class="count" role="status">
        {count === all ? text.meeting.people(all) : text.meeting.found(count, all)}
      </span>
      <Legend />
    </div>
  )
}

function Nobody() {
  if (lines.value.length > 0) return null
  const { none, nobody, nobodyThen } = text.meeting
  const why =
    crowd.value.people.length === 0 ? none : looked.value === '' && onlyThere.value ? nobodyThen : nobody
  return <p class="empty">{why}</p>
}

function Axis() {
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
function Lines() {
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

function Curve() {
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

/** What the pointer was at lies elsewhere now; what has the focus is followed. */
function scrolled(): void {
  const { activeElement } = document
  if (activeElement?.matches('[data-stay]:focus-visible')) showTip(activeElement)
  else hideTip()
}

/** Wherever the focus is: the card of a hovered bar goes too. */
function escaped({ key }: KeyboardEvent): void {
  if (key === 'Escape') hideTip()
}

function focused(target: HTMLElement): void {
  const { line, stay } = target.dataset
  if (line === undefined) return
  goTo({ line, stay: stay === undefined ? null : Number(stay) })
  showTip(target)
}

function keyed(event: KeyboardEvent): void {
  const inLine = event.target instanceof HTMLElement && event.target.dataset['line'] !== undefined
  if (inLine && !event.altKey && !event.ctrlKey && !event.metaKey && pressed(event.key))
    event.preventDefault()
}

/** The instant under the pointer; from the keyboard, the beginning of the stay. */
function clicked({ target, clientX, detail }: MouseEvent): void {
  const track = target instanceof Element ? target.closest('.body .track, .overview .track') : null
  if (!track) return
  const bar = (target as Element).closest<HTMLElement>('[data-stay]')
  const found =
    bar && crowd.value.people.flatMap(({ stays }) => stays).find(({ id }) => `${id}` === bar.dataset['stay'])
  if (found && detail === 0) return moveTo(found.from)
  const { left, width } = track.getBoundingClientRect()
  const { from, to } = scale.value
  const time = from + ((clientX - left) / width) * (to - from)
  moveTo(Math.min(latest.value, Math.max(from, Math.round(time / 1_000) * 1_000)))
}
