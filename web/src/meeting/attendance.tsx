// The attendance table: who was there for long enough, and the same as files.
import { useEffect } from 'preact/hooks'
import type { Attendance, Attendee } from '../../../src/client/types.ts'
import { setParams } from '../router.ts'
import { text } from '../strings.ts'
import { now } from '../time.tsx'
import { read } from './read.ts'
import {
  addressOf,
  COLUMNS,
  emails,
  failed,
  gap,
  order,
  readReport,
  report,
  rows,
  threshold,
  THRESHOLD,
  zone,
  type ColumnName,
} from './report.ts'
import { exactOf, lengthOf } from './said.ts'
import { isLive } from './state.ts'

const say = text.attendance

/** How often a report on a meeting that goes on is asked for, ms. */
const REFRESH = 30_000
/** While somebody types, it is asked for so long after the last key, ms. */
const TYPING = 150

/** What a narrow screen leaves out; it stands in the files. */
const WIDE = new Set<ColumnName>(['role', 'first', 'last', 'rejoins', 'devices', 'breakout'])
const NUMBERS = new Set<ColumnName>(['first', 'last', 'total', 'share', 'rejoins', 'devices', 'breakout'])

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

function Table({ report: { meetings } }: { report: Attendance }) {
  const beside = Date.parse(meetings[0]?.from ?? meetings[0]?.createdAt ?? '')
  return (
    <table>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <Title key={column} column={column} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.value.map((person, index) => (
          <Row key={index} person={person} beside={beside} />
        ))}
      </tbody>
    </table>
  )
}

function classOf(column: ColumnName): string {
  return `${NUMBERS.has(column) ? 'number' : ''}${WIDE.has(column) ? ' wide' : ''} col-${column}`.trim()
}

function Title({ column }: { column: ColumnName }) {
  const { column: by, descending } = order.value
  const sorted = by === column
  const next = sorted && !descending ? `-${column}` : column
  return (
    <th
      scope="col"
      class={classOf(column)}
      aria-sort={sorted ? (descending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        onClick={() => setParams({ by: next === 'name' ? null : next }, { replace: true })}
      >
        {say.columns[column]}
        <span class="arrow" aria-hidden="true">
          {sorted ? (descending ? '▼' : '▲') : ''}
        </span>
      </button>
    </th>
  )
}

function Row({ person, beside }: { person: Attendee; beside: number }) {
  const { firstIn, lastOut, share, present, role, rejoins, devices, totalMs, breakoutMs } = person
  const last =
    lastOut === null ? <span class="chip good">● {say.there}</span> : <Exact at={lastOut} beside={beside} />
  return (
    <tr>
      <td class={classOf('name')}>
        <span class="title">
          <bdi>{person.name}</bdi>
          {person.mergedByName && (
            <span class="chip" title={say.mergedHint}>
              {say.merged}
            </span>
          )}
          {person.inferred && (
            <span class="chip warn" title={text.history.inferredHint}>
              ? {say.inferred}
            </span>
          )}
        </span>
        <span class="detail">
          {person.verified ? `✓ ${text.room.verified}` : text.room.typed}
          {person.email !== null && ` · ${person.email}`}
        </span>
        <span class="detail between">
          {exactOf(Date.parse(firstIn), beside)} –{' '}
          {lastOut === null ? say.there : exactOf(Date.parse(lastOut), beside)}
        </span>
      </td>
      <td class={classOf('role')}>{say.roles[role]}</td>
      <td class={classOf('first')}>
        <Exact at={firstIn} beside={beside} />
      </td>
      <td class={classOf('last')}>{last}</td>
      <td class={classOf('total')}>{lengthOf(totalMs)}</td>
      <td class={classOf('share')}>
        <span class="share">
          <span class="bar" aria-hidden="true">
            <span style={{ width: `${share * 100}%` }} />
          </span>
          {(share * 100).toFixed(1)} %
        </span>
      </td>
      <td class={classOf('present')}>
        <span class={present ? 'yes' : 'no'}>
          <span aria-hidden="true">{present ? '✓' : '✕'}</span>{' '}
          <span class="answer">{present ? say.yes : say.no}</span>
        </span>
      </td>
      <td class={classOf('rejoins')}>{rejoins}</td>
      <td class={classOf('devices')}>{devices}</td>
      <td class={classOf('breakout')}>{breakoutMs === 0 ? '–' : lengthOf(breakoutMs)}</td>
    </tr>
  )
}

function Exact({ at, beside }: { at: string; beside: number }) {
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`}>
      {exactOf(Date.parse(at), beside)}
    </time>
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
