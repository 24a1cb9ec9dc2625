// People: everyone who was ever in a meeting, how often and how long, and on whose word we know who they are.
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { durationOf, Time } from '../time.tsx'
import { Choice, TextFilter } from './filters.tsx'
import { Foot, usePages } from './pages.tsx'

type Person = {
  id: string
  name: string
  email: string | null
  verified: boolean
  meetings: number
  totalMs: number
  lastSeen: string
  live: boolean
}

export function PeoplePage() {
  const pages = usePages<Person>(`/api/v1/people?${question()}`, 'people')
  const { columns } = text.people
  return (
    <div class="list">
      <h1>{text.people.title}</h1>
      <div class="filters">
        <TextFilter name="q" label={text.people.find} />
        <Choice name="verified" label={text.people.verified} options={text.people.kinds} />
      </div>
      <table>
        <thead>
          <tr>
            <th>{columns.person}</th>
            <th class="number">{columns.meetings}</th>
            <th class="number">{columns.total}</th>
            <th class="number">{columns.seen}</th>
          </tr>
        </thead>
        <tbody>
          {pages.items.map((person) => (
            <tr key={person.id}>
              <td>
                <span class="title">
                  <a href={href('/person', { id: person.id, at: null })}>
                    <bdi>{person.name}</bdi>
                  </a>
                </span>
                <span class="detail">
                  {person.verified ? `✓ ${text.room.verified}` : text.room.typed}
                  {person.email !== null && ` · ${person.email}`}
                </span>
              </td>
              <td class="number">{person.meetings.toLocaleString('en')}</td>
              <td class="number">{durationOf(person.totalMs)}</td>
              <td class="number">
                {person.live ? (
                  <span class="chip good">● {text.people.now}</span>
                ) : (
                  <Time at={Date.parse(person.lastSeen)} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Foot pages={pages} none={text.people.none} />
    </div>
  )
}

function question(): string {
  const asked = new URLSearchParams()
  for (const name of ['q', 'verified']) if (param(name) !== '') asked.set(name, param(name))
  return asked.toString()
}
