// One plot on the page. uPlot comes when the first one is drawn: the other pages do without it.
import type { Signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { bucketOf } from '../../../src/ledger/buckets.ts'
import { text } from '../strings.ts'
import type { Curves, Line, Plot } from './plot.ts'
import { drag, dragged, mark, view, zoom } from './view.ts'

/** The bucket that is looked at, by its place. `keys`: not by the mouse, so the cursor has to be put there. */
export type Pointed = { place: number; keys: boolean } | null

type Props = { lines: Line[]; height: number; curves: Curves; pointed: Signal<Pointed> }

export function Chart({ lines, height, curves, pointed }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const shown = useRef(curves)
  shown.current = curves
  const [plot, setPlot] = useState<Plot>()
  const [missing, setMissing] = useState(false)

  useEffect(() => {
    const over = new AbortController()
    draw(over.signal).catch(() => setMissing(true))
    return () => over.abort()
  }, [])
  useEffect(() => plot?.show(curves), [plot, curves])
  // What is there already is shown where it will be, while the rest is awaited.
  const looked = dragged.value ?? view.value
  useEffect(() => plot?.look(looked), [plot, looked.from, looked.to])
  const point = pointed.value
  useEffect(() => {
    if (point === null) plot?.point(null)
    else if (point.keys) plot?.point(middleOf(point.place, curves.starts, curves.range.to))
  }, [plot, point])

  async function draw(over: AbortSignal): Promise<void> {
    const { createPlot } = await import('./plot.ts')
    if (over.aborted || !element.current) return
    const drawn = createPlot(element.current, lines, height, shown.current, {
      pointed: (at) => {
        pointed.value = at === null ? null : { place: bucketOf(shown.current.starts, at), keys: false }
      },
      marked: mark,
      dragged: (share, done) => drag(-share, done),
      widened: (at) => zoom(2, at),
    })
    over.addEventListener('abort', drawn.destroy)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', drawn.repaint, { signal: over })
    setPlot(drawn)
  }

  return (
    <div ref={element} class="plot">
      {missing && <p class="hint">{text.insight.concurrency.missing}</p>}
    </div>
  )
}

export function middleOf(place: number, starts: number[], to: number): number {
  return ((starts[place] as number) + (starts[place + 1] ?? to)) / 2
}
