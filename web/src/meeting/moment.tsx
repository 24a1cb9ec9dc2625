// The slider through the meeting: who was there at an instant.
import { useComputed } from '@preact/signals'
import { href, setParams } from '../router.ts'
import { text } from '../strings.ts'
import { changesOf } from './curve.ts'
import { exactOf } from './said.ts'
import { sliderStep } from './scale.ts'
import { crowd, latest, leaveMoment, moment, moveTo, onlyThere, scale, there } from './state.ts'

const { instant: say } = text.meeting

/** How many keys pass with PageUp and PageDown. */
const PAGE = 12

export function MomentBar() {
  const at = moment.value
  if (at === null) return <p class="moment-bar hint">{say.hint}</p>
  const time = exactOf(at, scale.value.from)
  return (
    <div class="moment-bar">
      <Jump label={say.before} sign="‹" find={(changes) => changes.findLast((change) => change < at)} />
      <output>
        <b>{time}</b> <span class="visually-hidden">,</span> {thereNow()}
      </output>
      <Jump label={say.after} sign="›" find={(changes) => changes.find((change) => change > at)} />
      <label class="check">
        <input
          type="checkbox"
          checked={onlyThere.value}
          onChange={({ currentTarget }) =>
            setParams({ only: currentTarget.checked ? '1' : null }, { replace: true })
          }
        />
        {say.only}
      </label>
      <a href={href('/', { at: new Date(at).toISOString() })}>{say.server}</a>
      <button type="button" class="quiet" onClick={leaveMoment}>
        {say.clear}
      </button>
    </div>
  )
}

export function MomentSlider() {
  const { from } = scale.value
  const at = moment.value
  const value = at ?? latest.value
  const said = at === null ? say.hint : say.value(exactOf(at, from), thereNow())
  return (
    <input
      type="range"
      class={at === null ? 'unset' : ''}
      aria-label={say.label}
      aria-valuetext={said}
      min={from}
      max={scale.value.to}
      step={1_000}
      value={value}
      // No further than the present: what lies behind it is empty.
      onInput={({ currentTarget }) => moveTo(Math.min(latest.value, Number(currentTarget.value)))}
      onKeyDown={(event) => {
        const to = stepped(event.key, event.shiftKey, value)
        if (to === undefined) return
        event.preventDefault()
        moveTo(Math.min(latest.value, Math.max(from, to)))
      }}
    />
  )
}

/** To the nearest instant, before or after, at which somebody came or went. */
function Jump({
  label,
  sign,
  find,
}: {
  label: string
  sign: string
  find: (changes: number[]) => number | undefined
}) {
  const changes = useComputed(() => changesOf(crowd.value.people))
  const to = find(changes.value)
  return (
    <button
      type="button"
      class="jump"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && moveTo(to)}
    >
      {sign}
    </button>
  )
}

/** Arrow keys go one step of the axis, with Shift one second. */
function stepped(key: string, finely: boolean, at: number): number | undefined {
  const step = finely ? 1_000 : sliderStep(scale.value)
  if (key === 'ArrowRight' || key === 'ArrowUp') return at + step
  if (key === 'ArrowLeft' || key === 'ArrowDown') return at - step
  if (key === 'PageUp') return at + PAGE * step
  if (key === 'PageDown') return at - PAGE * step
  if (key === 'Home') return scale.value.from
  if (key === 'End') return latest.value
  return undefined
}

function thereNow(): string {
  return say.there(there.value?.size ?? 0, crowd.value.people.length)
}
