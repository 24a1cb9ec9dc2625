// The meetings that a person was in, latest first.
import type { Meeting } from '../../../src/client/types.ts'
import { Foot, usePages } from '../lists/pages.tsx'
import { href } from '../router.ts'
import { text } from '../strings.ts'
import { durationOf, Time } from '../time.tsx'

export function Meetings({ id }: { id: string }) {
  const pages = usePages<Meeting>(`/api/v1/people/${encodeURIComponent(id)}/meetings?`, 'meetings')
  const { columns } = text.person
  return (
    <section aria-labelledby="person-meetings">
      <header class="beside">
        <h2 id="person-meetings">{text.person.meetings}</h2>
        <a href={href('/history', { person: id })}>{text.person.all}</a>
      </header>
      <table>
        <thead>
          <tr>
            <th>{columns.room}</th>
            <th>{columns.joined}</th>
            <th class="roomy">{columns.left}</th>
            <th class="number">{columns.total}</th>
          </tr>
        </thead>
        <tbody>
          {pages.items.map((meeting) => (
            <Row key={meeting.session} meeting={meeting} />
          ))}
        </tbody>
      </table>
      <Foot pages={pages} none={text.person.none} />
    </section>
  )
}

function Row({ meeting: { session, name, jid, joinedAt, leftAt, totalMs } }: { meeting: Meeting }) {
  const joined = Date.parse(joinedAt)
  return (
    <tr>
      <td>
        <span class="title">
          <a href={href('/meeting', { session })}>
            <bdi>{name}</bdi>
          </a>
        </span>
        <span class="detail">{jid}</span>
      </td>
      <td>
        <Time at={joined} />
      </td>
      <td class="roomy">
        {leftAt === null ? (
          <span class="chip good">● {text.history.live}</span>
        ) : (
          <Time at={Date.parse(leftAt)} beside={joined} />
        )}
      </td>
      <td class="number">{durationOf(totalMs)}</td>
    </tr>
  )
}
