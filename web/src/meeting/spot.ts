// Where in the timeline the keyboard is. All of it is one stop of the Tab key: arrow keys go from line to line and, in a line,
// from its name to its bars.
import { signal } from '@preact/signals'
import { lines, opened, type Line } from './state.ts'

/** `stay`: the id of one of its bars; null: its name. */
export type Spot = { line: string; stay: number | null }

export const spot = signal<Spot | null>(null)
/** Where the arrow keys led last: to be seen. */
export const reveal = signal<{ index: number } | undefined>(undefined)
/** The element there shall take the focus as soon as it is drawn. */
let wanted = false

/** Lines that PageUp and PageDown pass. */
const PAGE = 10

/** The ref of the element at the spot. */
export function take(element: HTMLElement | null): void {
  if (!element || !wanted) return
  wanted = false
  element.focus({ preventScroll: true })
}

/** Of one meeting nothing is left for the next. */
export function forget(): void {
  spot.value = null
  reveal.value = undefined
  opened.value = new Set()
}

/** Where Tab leads: to the first line, as long as there is no spot, or its line is gone. */
export function isSpot(line: Line, stay: number | null): boolean {
  const current = lines.value.some(({ key }) => key === spot.value?.line) ? spot.value : null
  return current === null
    ? line === lines.value[0] && stay === null
    : current.line === line.key && current.stay === stay
}

export function goTo(next: Spot): void {
  wanted = next.line !== spot.value?.line || next.stay !== spot.value?.stay
  spot.value = next
}

/** Whether the key was one of ours. */
export function pressed(key: string): boolean {
  const index = Math.max(
    0,
    lines.value.findIndex((line) => line.key === spot.value?.line),
  )
  const last = lines.value.length - 1
  const down: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + PAGE,
    PageUp: index - PAGE,
    Home: 0,
    End: last,
  }
  const wantedLine = down[key]
  if (wantedLine !== undefined) return goToLine(Math.min(last, Math.max(0, wantedLine)))
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false
  const line = lines.value[index]
  if (!line) return false
  const places = placesOf(line)
  const place = Math.max(0, places.indexOf(spot.value?.stay ?? null)) + (key === 'ArrowRight' ? 1 : -1)
  goTo({ line: line.key, stay: places[Math.min(places.length - 1, Math.max(0, place))] ?? null })
  return true
}

/** Of one stay its bar alone: its name says nothing that the bar does not. */
function placesOf(line: Line): Spot['stay'][] {
  const bars = barsOf(line).map(({ id }) => id)
  return line.stay === null ? [null, ...bars] : bars
}

export function barsOf({ person, stay }: Line) {
  return stay === null ? person.stays : [stay]
}

/** From a bar to the one that begins nearest to it, from a name to a name. */
function goToLine(index: number): boolean {
  const from = lines.value.find(({ key }) => key === spot.value?.line)
  const next = lines.value[index]
  if (!next) return false
  reveal.value = { index }
  const bar = from && barsOf(from).find(({ id }) => id === spot.value?.stay)
  const distance = (time: number) => Math.abs(time - (bar?.from ?? 0))
  const [nearest] = barsOf(next).toSorted((one, other) => distance(one.from) - distance(other.from))
  goTo({ line: next.key, stay: bar || next.stay ? (nearest?.id ?? null) : null })
  return true
}
