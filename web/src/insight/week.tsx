// When meetings begin: a table of weekdays and hours, in which the colour only repeats what the number says.
import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Rows } from '../csv.ts'
import { text } from '../strings.ts'
import type { Range } from './range.ts'
import { Section } from './section.tsx'

/** Shades beside none. */
const SHADES = 5
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
/** Any Monday. */
const MONDAY = new Date(2026, 0, 5)
const day = (style: 'short' | 'long') => {
  const format = new Intl.DateTimeFormat(undefined, { weekday: style })
  return HOURS.slice(0, 7).map((index) => format.format(new Date(MONDAY).setDate(MONDAY.getDate() + index)))
}
const [SHORT, LONG] = [day('short'), day('long')]

const narrow = matchMedia('(max-width: 760px)')
/** On a narrow screen the hours go down the page. */
const upright = signal(narrow.matches)
narrow.addEventListener('change', () => void (upright.value = narrow.matches))

type Props = { week: number[][]; range: Range }

export function Week({ week, range }: Props) {
  const most = useMemo(() => Math.max(...week.flat()), [week])
  const words = text.insight.week
  const at = (weekday: number, hour: number) => week[weekday]?.[hour] ?? 0
  const sum = (figures: number[]) => figures.reduce((all, figure) => all + figure, 0)
  const ofDay = (weekday: number) => sum(week[weekday] ?? [])
  const ofHour = (hour: number) => sum(week.map((day) => day[hour] ?? 0))
  const rows = upright.value
    ? HOURS.map((hour) => ({
        name: clock(hour),
        cells: SHORT.map((_, weekday) => at(weekday, hour)),
        total: ofHour(hour),
      }))
    : SHORT.map((name, weekday) => ({
        name,
        cells: HOURS.map((hour) => at(weekday, hour)),
        total: ofDay(weekday),
      }))
  return (
    <Section
      title={words.title}
      note={busiest(week, most)}
      file="by-hour"
      range={range}
      rows={() => file(week)}
    >
      <table class={upright.value ? 'heat upright' : 'heat'}>
        <caption class="visually-hidden">{words.caption}</caption>
        <thead>
          <tr>
            <td />
            {(upright.value ? SHORT : HOURS.map(clock)).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" class="total">
              {words.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells, total }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((count, index) => (
                <td key={index} class={count === 0 ? 'none' : `shade-${Math.ceil((count / most) * SHADES)}`}>
                  {count.toLocaleString('en')}
                </td>
              ))}
              <td class="total">{total.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function busiest(week: number[][], most: number): string {
  const weekday = week.findIndex((hours) => hours.includes(most))
  const hour = week[weekday]?.indexOf(most) ?? 0
  return most === 0 ? '' : text.insight.week.busiest(LONG[weekday] ?? '', clock(hour), most)
}

function file(week: number[][]): Rows {
  return [
    [text.insight.week.weekday, ...HOURS.map((hour) => `${clock(hour)}:00`)],
    ...week.map((hours, weekday) => [LONG[weekday] ?? '', ...hours]),
  ]
}

function clock(hour: number): string {
  return `${hour}`.padStart(2, '0')
}
