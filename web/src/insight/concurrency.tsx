// How many were there at once: two plots with one cursor, zoomed and moved by dragging, by buttons and by keys.
import { useSignal, type Signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { BucketFigures } from '../../../src/client/types.ts'
import { text } from '../strings.ts'
import { Chart, middleOf, type Pointed } from './chart.tsx'
import { BucketTable, bucketRows } from './bucket-table.tsx'
import type { Curves, Line } from './plot.ts'
import type { Range } from './range.ts'
import { Section } from './section.tsx'
import { atEnd, pan, zoom } from './view.ts'
import { bucketSpan, countOf } from './words.ts'

/** px. */
const [TALL, LOW] = [250, 120]
/** How much a key or a button moves, of the width. */
const STEP = 0.25
const PEOPLE: Line[] = [
  { color: '--accent', area: '--accent-soft' },
  { color: '--soft', dashed: true },
]
const ROOMS: Line[] = [{ color: '--accent', area: '--accent-soft' }]

type Props = { buckets: BucketFigures[]; range: Range }

export function Concurrency({ buckets, range }: Props) {
  const pointed = useSignal<Pointed>(null)
  const [people, rooms] = useMemo(() => curvesOf(buckets, range), [buckets])
  const { concurrency } = text.insight
  // Other buckets have other places.
  useEffect(() => void (pointed.value = null), [people.starts[0], people.starts[1]])

  function press(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const act = keys(people, pointed, event.shiftKey)[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  return (
    <Section
      title={concurrency.title}
      file="at-once"
      range={range}
      rows={() => bucketRows(buckets, range)}
      class="at-once"
    >
      <div class="chart-bar">
        <Readout buckets={buckets} range={range} pointed={pointed} />
        <Controls />
      </div>
      <div
        class="chart"
        role="group"
        tabIndex={0}
        aria-label={concurrency.chart}
        aria-describedby="chart-keys"
        onKeyDown={press}
      >
        <h3>{text.insight.people}</h3>
        <Chart lines={PEOPLE} height={TALL} curves={people} pointed={pointed} />
        <h3>{text.insight.rooms}</h3>
        <Chart lines={ROOMS} height={LOW} curves={rooms} pointed={pointed} />
      </div>
      <p id="chart-keys" class="hint">
        {concurrency.keys}
      </p>
      <BucketTable buckets={buckets} range={range} />
    </Section>
  )
}

function curvesOf(buckets: BucketFigures[], range: Range): [Curves, Curves] {
  const starts = buckets.map(({ start }) => Date.parse(start))
  const column = (name: 'peak' | 'average' | 'peakRooms') => buckets.map((bucket) => bucket[name])
  return [
    { starts, range, figures: [column('peak'), column('average')] },
    { starts, range, figures: [column('peakRooms')] },
  ]
}

function keys(
  { starts, range }: Curves,
  pointed: Signal<Pointed>,
  shift: boolean,
): Record<string, () => void> {
  const last = starts.length - 1
  const place = pointed.value?.place
  const point = (next: number) => {
    pointed.value = { place: Math.min(Math.max(next, 0), last), keys: true }
  }
  const center = place === undefined ? undefined : middleOf(place, starts, range.to)
  return {
    ArrowLeft: () => (shift ? pan(-STEP) : point((place ?? last + 1) - 1)),
    ArrowRight: () => (shift ? pan(STEP) : point((place ?? -1) + 1)),
    Home: () => point(0),
    End: () => point(last),
    Escape: () => void (pointed.value = null),
    '+': () => zoom(0.5, center),
    '=': () => zoom(0.5, center),
    '-': () => zoom(2, center),
  }
}

function Readout({ buckets, range, pointed }: Props & { pointed: Signal<Pointed> }) {
  const place = pointed.value?.place
  const bucket = place === undefined ? undefined : buckets[place]
  const next = place === undefined ? undefined : buckets[place + 1]
  const { concurrency } = text.insight
  const shown = (count?: number) => (count === undefined ? '' : countOf(count))
  return (
    <p class="readout" role="status">
      <span class="when">
        {bucket
          ? bucketSpan(Date.parse(bucket.start), next ? Date.parse(next.start) : range.to)
          : concurrency.hint}
      </span>
      <span>
        <i class="key solid" aria-hidden="true" /> {concurrency.peak} <b>{shown(bucket?.peak)}</b>
      </span>
      <span>
        <i class="key dashed" aria-hidden="true" /> {concurrency.average} <b>{shown(bucket?.average)}</b>
      </span>
      <span>
        {concurrency.peakRooms} <b>{shown(bucket?.peakRooms)}</b>
      </span>
    </p>
  )
}

function Controls() {
  const { concurrency } = text.insight
  return (
    <div class="chart-buttons" role="group" aria-label={concurrency.move}>
      <Control name={concurrency.earlier} sign="←" act={() => pan(-STEP)} />
      <Control name={concurrency.later} sign="→" act={() => pan(STEP)} disabled={atEnd.value} />
      <Control name={concurrency.closer} sign="+" act={() => zoom(0.5)} />
      <Control name={concurrency.wider} sign="−" act={() => zoom(2)} />
    </div>
  )
}

type ControlProps = { name: string; sign: string; act: () => void; disabled?: boolean }

function Control({ name, sign, act, disabled = false }: ControlProps) {
  return (
    <button type="button" aria-label={name} title={name} disabled={disabled} onClick={act}>
      {sign}
    </button>
  )
}
