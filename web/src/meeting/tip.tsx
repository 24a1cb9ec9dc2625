// The card beside a bar that is hovered or focused: its exact times.
import { signal } from '@preact/signals'
import { linesOf, utcOf } from './said.ts'
import { lines, scale } from './state.ts'
import { barsOf } from './spot.ts'

/** `x`, `top`, `bottom`: of the bar in the window, px. */
type Tip = { line: string; stay: number; x: number; top: number; bottom: number }

export const tip = signal<Tip | null>(null)

/** Of the card at most, px. */
const [WIDTH, HEIGHT, GAP] = [340, 190, 8]

/** `x`: where the pointer is; without one, where the bar begins. */
export function showTip(target: EventTarget | null, x?: number): void {
  const bar = target instanceof Element ? target.closest<HTMLElement>('[data-stay]') : null
  if (!bar) return hideTip()
  const { left, right, top, bottom } = bar.getBoundingClientRect()
  const { line = '', stay } = bar.dataset
  tip.value = { line, stay: Number(stay), x: x ?? left + Math.min(right - left, WIDTH / 3) / 2, top, bottom }
}

export function hideTip(): void {
  tip.value = null
}

export function Tip() {
  const { value } = tip
  const line = lines.value.find(({ key }) => key === value?.line)
  const stay = line && barsOf(line).find(({ id }) => id === value?.stay)
  if (!value || !stay) return null
  const [times, ...rest] = linesOf(stay, scale.value.from)
  const above = value.bottom + HEIGHT > innerHeight
  return (
    <div
      class="tip"
      role="tooltip"
      style={{
        left: `${Math.max(GAP, Math.min(value.x - WIDTH / 3, innerWidth - WIDTH - GAP))}px`,
        top: above ? 'auto' : `${value.bottom + GAP}px`,
        bottom: above ? `${innerHeight - value.top + GAP}px` : 'auto',
      }}
    >
      <b>
        <bdi>{stay.nick}</bdi>
      </b>
      <span>{times}</span>
      {rest.map((one) => (
        <span key={one}>{one}</span>
      ))}
      <span class="detail">{utcOf(stay)}</span>
    </div>
  )
}
