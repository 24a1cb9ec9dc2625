// The same figures for each host and each kind of room.
import type { Figures, Stats } from '../../../src/client/types.ts'
import type { Rows } from '../csv.ts'
import { href } from '../router.ts'
import { text } from '../strings.ts'
import type { Range } from './range.ts'
import { Section } from './section.tsx'
import { hoursOf, minutesOf } from './words.ts'

type Props = Pick<Stats, 'byHost' | 'byKind'> & { range: Range }

export function Groups({ byHost, byKind, range }: Props) {
  const { groups } = text.insight
  return (
    <Section title={groups.title} file="hosts-and-kinds" range={range} rows={() => file(byHost, byKind)}>
      <Table
        head={groups.host}
        figures={byHost}
        render={(host) => (
          <a href={href('/insight', { host })} title={groups.only}>
            <bdi>{host}</bdi>
          </a>
        )}
      />
      <Table head={groups.kind} figures={byKind} render={(kind) => kindName(kind)} />
    </Section>
  )
}

type TableProps = {
  head: string
  figures: Record<string, Figures>
  render: (name: string) => preact.ComponentChildren
}

function Table({ head, figures, render }: TableProps) {
  const { columns } = text.insight
  const rows = Object.entries(figures).toSorted(([, one], [, other]) => other.rooms - one.rooms)
  return (
    <table>
      <thead>
        <tr>
          <th>{head}</th>
          <th class="number">{columns.rooms}</th>
          <th class="number">{columns.people}</th>
          <th class="number wide">{columns.most}</th>
          <th class="number">{columns.personTime}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, { rooms, people, peak, personMs }]) => (
          <tr key={name}>
            <td>
              <span class="title">{render(name)}</span>
            </td>
            <td class="number">{rooms.toLocaleString('en')}</td>
            <td class="number">{people.toLocaleString('en')}</td>
            <td class="number wide">{peak.toLocaleString('en')}</td>
            <td class="number">{hoursOf(personMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function kindName(kind: string): string {
  return kind in text.kinds ? text.kinds[kind as keyof typeof text.kinds] : text.insight.groups.unknown
}

function file(byHost: Record<string, Figures>, byKind: Record<string, Figures>): Rows {
  const { columns, groups } = text.insight
  const rowsOf = (what: string, figures: Record<string, Figures>, nameOf = (name: string) => name) =>
    Object.entries(figures).map(([name, { rooms, people, peak, personMs }]) => {
      return [what, nameOf(name), rooms, people, peak, minutesOf(personMs)]
    })
  return [
    [groups.by, groups.name, columns.rooms, columns.people, columns.most, columns.personMinutes],
    ...rowsOf(groups.host, byHost),
    ...rowsOf(groups.kind, byKind, kindName),
  ]
}
