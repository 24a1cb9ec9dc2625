// The timeline: how many were there at once, the slider, and a line for each person.
import { useEffect } from 'preact/hooks'
import { text } from '../strings.ts'
import { VirtualList } from '../virtual.tsx'
import { Axis, Curve, Grid } from './axis.tsx'
import { TimelineLine } from './line.tsx'
import { MomentBar, MomentSlider } from './moment.tsx'
import { percentOf } from './scale.ts'
import { goTo, pressed, reveal } from './spot.ts'
import { crowd, latest, lines, looked, moment, moveTo, onlyThere, peak, scale } from './state.ts'
import { hideTip, showTip, Tip } from './tip.tsx'
import { Toolbar } from './toolbar.tsx'
import { isNarrow, listHeight } from './window.ts'

/** Of a line, px: on a narrow screen the bars lie below the name. */
const [LINE, NARROW_LINE] = [32, 50]

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
        <Grid />
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
            reveal={reveal.value}
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

function Nobody() {
  if (lines.value.length > 0) return null
  const { none, nobody, nobodyThen } = text.meeting
  const why =
    crowd.value.people.length === 0 ? none : looked.value === '' && onlyThere.value ? nobodyThen : nobody
  return <p class="empty">{why}</p>
}

/** What the pointer was at lies elsewhere now; what has the focus is followed. */
function scrolled(): void {
  const { activeElement } = document
  if (activeElement?.matches('[data-stay]')) showTip(activeElement)
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
