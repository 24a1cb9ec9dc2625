// How long meetings lasted: how many of each length, and the percentiles.
import type { Length, Stats } from '../../../src/client/types.ts'
import type { Rows } from '../csv.ts'
import { text } from '../strings.ts'
import { durationOf } from '../time.tsx'
import { Bars } from './bars.tsx'
import { MINUTE, type Range } from './range.ts'
import { Section } from './section.tsx'

type Props = { lengths: Length[]; durations: Stats['total']['durationMs']; range: Range }

export function Lengths({ lengths, durations, range }: Props) {
  const words = text.insight.lengths
  const said = (['p50', 'p90', 'p99', 'max'] as const).map((name) => {
    const duration = durations[name]
    return { name, duration: duration === null ? '–' : durationOf(duration) }
  })
  const bars = lengths.map(({ atLeastMs, rooms }, place) => ({
    name: nameOf(atLeastMs, lengths[place + 1]?.atLeastMs),
    count: rooms,
  }))
  return (
    <Section title={words.title} note={words.note} file="durations" range={range} rows={() => file(lengths)}>
      <dl class="percentiles">
        {said.map(({ name, duration }) => (
          <div key={name}>
            <dt>{words[name]}</dt>
            <dd>{duration}</dd>
          </div>
        ))}
      </dl>
      <Bars label={words.title} head={words.lasted} unit={text.insight.meetings} bars={bars} />
    </Section>
  )
}

/** `5–15 min`, `2–3 h`. */
function nameOf(from: number, to: number | undefined): string {
  const hours = from >= 120 * MINUTE
  const unit = hours ? 60 * MINUTE : MINUTE
  const short = hours ? text.insight.lengths.hours : text.insight.lengths.minutes
  if (to === undefined) return text.insight.lengths.more(`${from / unit} ${short}`)
  return from === 0
    ? text.insight.lengths.less(`${to / unit} ${short}`)
    : `${from / unit}–${to / unit} ${short}`
}

function file(lengths: Length[]): Rows {
  const words = text.insight.lengths
  return [
    [words.atLeast, words.lessThan, text.insight.meetings],
    ...lengths.map(({ atLeastMs, rooms }, place) => {
      const next = lengths[place + 1]
      return [atLeastMs / MINUTE, next ? next.atLeastMs / MINUTE : null, rooms]
    }),
  ]
}
