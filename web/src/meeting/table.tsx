// The rows of the attendance table, in order of any column.
import type { Attendance, Attendee } from '../../../src/client/types.ts'
import { setParams } from '../router.ts'
import { text } from '../strings.ts'
import { COLUMNS, order, rows, type ColumnName } from './report.ts'
import { exactOf, lengthOf } from './said.ts'

const say = text.attendance

/** What a narrow screen leaves out; it stands in the files. */
const WIDE = new Set<ColumnName>(['role', 'first', 'last', 'rejoins', 'devices', 'breakout'])
const NUMBERS = new Set<ColumnName>(['first', 'last', 'total', 'share', 'rejoins', 'devices', 'breakout'])

export function Table({ report: { meetings } }: { report: Attendance }) {
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
