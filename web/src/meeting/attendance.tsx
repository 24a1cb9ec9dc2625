// The attendance table: who was there for long enough, and the same as files.
import { useEffect } from 'preact/hooks'
import type { Attendance } from '../../../src/client/types.ts'
import { setParams } from '../router.ts'
import { text } from '../strings.ts'
import { now } from '../time.tsx'
import { read } from './read.ts'
import { addressOf, emails, failed, gap, readReport, report, threshold, THRESHOLD, zone } from './report.ts'
import { lengthOf } from './said.ts'
import { isLive } from './state.ts'
import { Table } from './table.tsx'

const say = text.attendance

/** How often a report on a meeting that goes on is asked for, ms. */
const REFRESH = 30_000
/** While somebody types, it is asked for so long after the last key, ms. */
const TYPING = 150

export function AttendanceTable({ session }: { session: string }) {
  const address = addressOf(session)
  const turn = isLive.value ? Math.floor(now.value / REFRESH) : 0
  useEffect(() => {
    const over = new AbortController()
    const timer = setTimeout(() => void readReport(address, over.signal), TYPING)
    return () => {
      clearTimeout(timer)
      over.abort()
    }
  }, [address, turn, read.value])
  useEffect(() => () => void (report.value = undefined), [session])

  const { value } = report
  return (
    <section class="attendance" aria-labelledby="attendance-title">
      <div class="title-line">
        <h2 id="attendance-title">{say.title}</h2>
        {value && value.people.length > 0 && <Counted report={value} />}
        <Files session={session} />
      </div>
      <Rules />
      {failed.value && <p role="alert">{text.list.failed}</p>}
      {value && value.people.length === 0 && <p class="empty">{say.none}</p>}
      {value && value.people.length > 0 && <Table report={value} />}
      {value && <Notes report={value} />}
    </section>
  )
}

function Counted({ report: { people, durationMs, threshold } }: { report: Attendance }) {
  const present = people.filter(({ present }) => present).length
  return (
    <p class="counted" role="status">
      <b>{say.counted(present, people.length)}</b>
      <span>: {say.rule(threshold, lengthOf(durationMs))}</span>
    </p>
  )
}

function Files({ session }: { session: string }) {
  return (
    <div class="files">
      {(['csv', 'xlsx'] as const).map((format) => (
        <a key={format} class="button" href={addressOf(session, format)} download>
          <span class="visually-hidden">{say.download} </span>
          {say[format]}
        </a>
      ))}
      <button type="button" onClick={() => print()}>
        {say.print}
      </button>
    </div>
  )
}

function Rules() {
  return (
    <div class="filters">
      <label>
        {say.threshold}
        <span class="with-unit">
          <input
            type="number"
            min={0}
            max={100}
            step="any"
            value={threshold.value}
            onInput={({ currentTarget: { value, validity } }) => {
              if (validity.valid && value !== '')
                setParams({ threshold: Number(value) === THRESHOLD ? null : value }, { replace: true })
            }}
          />
          <span>{say.percent}</span>
        </span>
      </label>
      <label>
        {say.gap}
        <select
          value={`${gap.value}`}
          onChange={({ currentTarget: { value } }) => setParams({ gap: value === '0' ? null : value })}
        >
          {Object.entries({ [gap.value]: `to ${gap.value} s`, ...say.gaps }).map(([seconds, said]) => (
            <option key={seconds} value={seconds}>
              {said}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={emails.value}
          onChange={({ currentTarget: { checked } }) => setParams({ emails: checked ? null : 'false' })}
        />
        {say.emails}
      </label>
    </div>
  )
}

function Notes({ report: { leftOut, finished } }: { report: Attendance }) {
  return (
    <p class="hint notes">
      {leftOut.services > 0 && `${say.leftOut([say.services(leftOut.services)])} `}
      {!finished && `${say.unfinished} `}
      {say.zone(zone)}
    </p>
  )
}
