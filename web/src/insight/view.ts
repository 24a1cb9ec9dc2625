// What Insight looks at: the address says it, and what is done to a chart changes the address.
import { computed, signal } from '@preact/signals'
import { param, setParams } from '../router.ts'
import { instant } from '../shell/clock.tsx'
import { now } from '../time.tsx'
import { addressOf, FINE, marked, MINUTE, moved, viewIn, zoomed, type Range } from './range.ts'

/** How often figures that reach to the present are asked for: of weeks not so often as of a day, ms. */
const [OFTEN, SELDOM] = [MINUTE, 5 * MINUTE]

/** The end of what can be looked at: now, or the instant of the time machine. */
const present = computed(() => instant.value ?? ceil(now.value, OFTEN))
const seldom = computed(() => instant.value ?? ceil(now.value, SELDOM))

export const view = computed(() => {
  const wide = viewIn(param, seldom.value)
  return wide.to - wide.from > FINE ? wide : viewIn(param, present.value)
})

/** While a chart is dragged, what it shows. */
export const dragged = signal<Range | null>(null)

export const atEnd = computed(() => view.value.to >= present.value)

/** `step`: Back returns from it; else it takes the place of the range before, unless that had a name. */
export function choose({ from, to }: Range, { step = true }: { step?: boolean } = {}): void {
  dragged.value = null
  const replace = !step && view.value.preset === null
  setParams({ range: null, from: addressOf(from), to: addressOf(to) }, { replace })
}

export function mark(range: Range): void {
  choose(marked(range, present.value))
}

/** `factor` 2 is twice as wide. `at`: what stays where it is, epoch ms. */
export function zoom(factor: number, at = (view.value.from + view.value.to) / 2): void {
  choose(zoomed(view.value, factor, at, present.value))
}

/** `share` of the width later. */
export function pan(share: number): void {
  choose(moved(view.value, share, present.value), { step: false })
}

/** The same, as long as the chart is held. */
export function drag(share: number, done: boolean): void {
  dragged.value = moved(view.value, share, present.value)
  if (done) pan(share)
}

function ceil(time: number, step: number): number {
  return Math.ceil(time / step) * step
}
