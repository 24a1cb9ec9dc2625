// The figures of the range, each with what it was in the range before.
import type { Figures } from '../../../src/client/types.ts'
import { text } from '../strings.ts'
import { dayOf, durationOf } from '../time.tsx'
import { hoursOf, rangeSpan } from './words.ts'
import { DAY, type Range } from './range.ts'

type Headline = { label: string; of: (figures: Figures) => number | null; show?: (figure: number) => string }

const count = (figure: number) => Math.round(figure).toLocaleString('en')
const { insight } = text
const HEADLINES: Headline[] = [
  { label: insight.people, of: ({ people }) => people },
  { label: insight.meetings, of: ({ rooms }) => rooms },
  { label: insight.hours, of: ({ personMs }) => personMs, show: hoursOf },
  { label: insight.most, of: ({ peak }) => peak },
  { label: insight.median, of: ({ durationMs }) => durationMs.p50, show: durationOf },
]

type Props = {
  total: Figures
  /** Of the range before; undefined until they are known. */
  earlier: Figures | undefined
  compared: Range
  /** When the first meeting of all began; undefined until that is known. */
  first: number | undefined
}

export function Headlines({ total, earlier, compared, first = Infinity }: Props) {
  // A time of which only the end is known would show a growth that there was not.
  const whole = first < compared.from + DAY
  const known = whole && earlier !== undefined && earlier.rooms > 0
  return (
    <>
      <dl class="headlines">
        {HEADLINES.map(({ label, of, show = count }) => {
          const figure = of(total)
          const last = known ? of(earlier) : null
          return (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {figure === null ? '–' : show(figure)}
                <span class="versus">
                  {figure !== null && last !== null && last > 0 && (
                    <>
                      {changeOf(figure, last)} <span class="was">{insight.from(show(last))}</span>
                    </>
                  )}
                </span>
              </dd>
            </div>
          )
        })}
      </dl>
      <p class="hint compared">
        {first !== Infinity && !whole && insight.begins(dayOf(first))}
        {whole &&
          earlier &&
          (known ? insight.compared : insight.nothingBefore)(rangeSpan(compared.from, compared.to))}
      </p>
    </>
  )
}

/** What has grown more than tenfold is said in times. */
function changeOf(figure: number, last: number): string {
  const share = figure / last - 1
  if (Math.abs(share) < 0.005) return '='
  const much =
    share >= 10
      ? `×${Math.round(figure / last).toLocaleString('en')}`
      : `${Math.round(Math.abs(share) * 100) || '<1'}%`
  return `${share > 0 ? '▲' : '▼'} ${much}`
}
