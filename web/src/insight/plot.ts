// Curves over time, drawn by uPlot: lines that hold for a whole bucket, a part marked by dragging, moved with the shift key.
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { DAY, HOUR, type Range } from './range.ts'

/** `dashed` beside another colour: a line is known without its colour. */
export type Line = { color: string; dashed?: boolean; area?: string }
export type Curves = {
  /** When each bucket begins, the first at the beginning of the range; epoch ms. */
  starts: number[]
  range: Range
  /** For each line its figures, bucket by bucket. */
  figures: number[][]
}
export type Listener = {
  /** The instant under the mouse, epoch ms; null when there is none. */
  pointed: (at: number | null) => void
  marked: (range: Range) => void
  /** Moved by this share of the width, to the right; `done` when it is let go. */
  dragged: (share: number, done: boolean) => void
  /** Asked to show more around this instant. */
  widened: (at: number) => void
}

/** Fewer px are a click, not a mark. */
const CLICK = 6
/** Of the figures on the left, px: all plots begin at the same place. */
const GUTTER = 46
/** Wide enough for `22 Nov` and a gap, px. */
const LABEL = 62

/** All plots of a page have one cursor. */
const TOGETHER = 'insight'

export type Plot = ReturnType<typeof createPlot>

export function createPlot(
  element: HTMLElement,
  lines: Line[],
  height: number,
  curves: Curves,
  listener: Listener,
) {
  const plot = new uPlot(options(), dataOf(curves), element)
  const resized = new ResizeObserver(() => {
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height })
  })
  resized.observe(element)

  function options(): uPlot.Options {
    return {
      width: element.clientWidth,
      height,
      legend: { show: false },
      // Room for half a label at the end.
      padding: [8, 22, 0, 0],
      scales: {
        x: { time: true },
        y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.06)] },
      },
      axes: [xAxis(), yAxis()],
      series: [{}, ...lines.map(seriesOf)],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: CLICK },
        sync: { key: TOGETHER, setSeries: false },
        bind: {
          mousedown: (_, __, handler) => (event) => (event.shiftKey ? drag(event) : handler(event)),
          dblclick: (self) => (event) => {
            listener.widened(instantAt(self, event.offsetX))
            return null
          },
        },
      },
      hooks: {
        drawClear: [shadeWeekends],
        setCursor: [
          (self) => {
            const { left = -1 } = self.cursor
            listener.pointed(left < 0 ? null : instantAt(self, left))
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select
            if (width < CLICK) return
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            listener.marked({ from: instantAt(self, left), to: instantAt(self, left + width) })
          },
        ],
      },
    }
  }

  function drag(began: MouseEvent): null {
    const width = plot.over.clientWidth
    const shareOf = (event: MouseEvent) => (event.clientX - began.clientX) / width
    const move = (event: MouseEvent) => listener.dragged(shareOf(event), false)
    const end = (event: MouseEvent) => {
      removeEventListener('mousemove', move)
      listener.dragged(shareOf(event), true)
    }
    addEventListener('mousemove', move)
    addEventListener('mouseup', end, { once: true })
    return null
  }

  return {
    show: (next: Curves) => plot.setData(dataOf(next)),
    /** Shows this range of what is there, while more is awaited. */
    look: ({ from, to }: Range) => plot.setScale('x', { min: from / 1_000, max: to / 1_000 }),
    /** Puts the cursor there, and tells nobody. */
    point: (at: number | null) => {
      const left = at === null ? -10 : plot.valToPos(at / 1_000, 'x')
      plot.setCursor({ left, top: at === null ? -10 : 1 }, false)
    },
    /** In other colours. */
    repaint: () => plot.redraw(false),
    destroy: () => {
      resized.disconnect()
      plot.destroy()
    },
  }
}

/** The last figure holds until the end of the range. */
function dataOf({ starts, range, figures }: Curves): uPlot.AlignedData {
  return [
    [...starts, range.to].map((time) => time / 1_000),
    ...figures.map((column) => [...column, column.at(-1) ?? 0]),
  ]
}

function seriesOf({ color, dashed, area }: Line): uPlot.Series {
  return {
    stroke: () => colorOf(color),
    width: dashed ? 1 : 1.5,
    paths: uPlot.paths.stepped!({ align: 1 }),
    points: { show: false },
    ...(dashed && { dash: [5, 3] }),
    ...(area !== undefined && { fill: () => colorOf(area) }),
  }
}

function xAxis(): uPlot.Axis {
  return {
    stroke: () => colorOf('--soft'),
    font: font(),
    space: LABEL,
    size: 28,
    grid: { show: false },
    ticks: { stroke: () => colorOf('--line-strong'), width: 1, size: 5 },
    border: { show: true, stroke: () => colorOf('--line-strong'), width: 1 },
    values: (_, splits, __, ___, step) => splits.map((time) => labelOf(time * 1_000, step * 1_000)),
  }
}

function yAxis(): uPlot.Axis {
  return {
    stroke: () => colorOf('--soft'),
    font: font(),
    size: GUTTER,
    space: 34,
    // People and rooms are whole.
    incrs: [1, 2, 5]
      .flatMap((digit) => [1, 10, 100, 1e3, 1e4, 1e5].map((power) => digit * power))
      .toSorted((one, other) => one - other),
    grid: { stroke: () => colorOf('--line'), width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map((count) => count.toLocaleString('en')),
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' })

/** The hour; at midnight, and where only days are marked, the day; where only months are, the month. */
function labelOf(time: number, step: number): string {
  if (step >= 28 * DAY) return month.format(time)
  const midnight = new Date(time).getHours() === 0 && new Date(time).getMinutes() === 0
  return step >= DAY || midnight ? date.format(time) : clock.format(time)
}

/** Where days can be told apart, and are not wider than the plot. */
function shadeWeekends(plot: uPlot): void {
  const { ctx, bbox, scales } = plot
  const [from, to] = [(scales['x']?.min ?? 0) * 1_000, (scales['x']?.max ?? 0) * 1_000]
  if (to - from < 30 * HOUR || to - from > 200 * DAY) return
  ctx.save()
  ctx.fillStyle = colorOf('--hover')
  const day = new Date(from)
  day.setHours(0, 0, 0, 0)
  while (day.getTime() < to) {
    const begins = day.getTime()
    const weekend = day.getDay() === 0 || day.getDay() === 6
    day.setDate(day.getDate() + 1)
    if (!weekend) continue
    // Whole pixels, or there would be a seam between the two days.
    const at = (time: number) => Math.round(plot.valToPos(time / 1_000, 'x', true))
    const [left, right] = [at(Math.max(begins, from)), at(Math.min(day.getTime(), to))]
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
  ctx.restore()
}

function instantAt(plot: uPlot, left: number): number {
  return plot.posToVal(left, 'x') * 1_000
}

/** Of the stylesheet, which knows whether it is dark. */
function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

function font(): string {
  return `12px ${getComputedStyle(document.body).fontFamily}`
}
