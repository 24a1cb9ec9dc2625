// How much a person was in meetings, week by week: a bar for each.
import { useEffect, useState } from 'preact/hooks'
import type { Meeting } from '../../../src/client/types.ts'
import { pagesOf } from '../api.ts'
import { text } from '../strings.ts'
import { durationOf } from '../time.tsx'
import { latestWeeks, sumByWeek, type Week } from './week.ts'

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const month = new Intl.DateTimeFormat(undefined, { month: 'short' })

type Page = { meetings: Meeting[]; next: string | null }

export function Weeks({ id }: { id: string }) {
  const [weeks, setWeeks] = useState<Week[]>()
  useEffect(() => {
    const over = new AbortController()
    // The list below says so where the server does not answer.
    read(id, over.signal).then(setWeeks, () => setWeeks(undefined))
    return () => over.abort()
  }, [id])
  if (!weeks?.some(({ meetings }) => meetings > 0)) return null
  const most = Math.max(...weeks.map(({ totalMs }) => totalMs))
  return (
    <section aria-labelledby="person-weeks">
      <header class="beside">
        <h2 id="person-weeks">{text.person.weeks}</h2>
        <p class="hint">{text.person.weeksHint}</p>
      </header>
      <ol class="weeks">
        {weeks.map((week, index) => {
          const said = text.person.week(day.format(week.from), week.meetings, durationOf(week.totalMs))
          return (
            <li key={week.from} title={said}>
              <span class="visually-hidden">{said}</span>
              <span class="column" aria-hidden="true">
                <span style={{ height: `${most === 0 ? 0 : (week.totalMs / most) * 100}%` }} />
              </span>
              <span class="month" aria-hidden="true">
                {monthAt(week.from, weeks[index - 1]?.from)}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** As far back as the weeks reach. */
async function read(id: string, over: AbortSignal): Promise<Week[]> {
  const starts = latestWeeks(Date.now())
  const found: Meeting[] = []
  const path = `/api/v1/people/${encodeURIComponent(id)}/meetings?`
  for await (const { meetings } of pagesOf<Page>(path, over)) {
    found.push(...meetings)
    if (Date.parse(meetings.at(-1)?.joinedAt ?? '') < (starts[0] as number)) break
  }
  return sumByWeek(starts, found)
}

/** Where a month has begun since the week before. */
function monthAt(week: number, before: number | undefined): string {
  const begins = before === undefined || new Date(week).getMonth() !== new Date(before).getMonth()
  return begins ? month.format(week) : ''
}
