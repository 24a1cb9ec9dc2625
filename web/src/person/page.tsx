// One person: who they are and on whose word, how often and how long they were in meetings, and in which.
import type { PersonWithMeetings } from '../../../src/client/types.ts'
import { useAnswer } from '../answer.ts'
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { durationOf, Time } from '../time.tsx'
import { Meetings } from './meetings.tsx'
import { Resolve } from './resolve.tsx'
import { Weeks } from './weeks.tsx'
import './person.css'

export function PersonPage() {
  const id = param('id')
  return id === '' ? <Resolve /> : <Known key={id} id={id} />
}

function Known({ id }: { id: string }) {
  const { value, problem, again } = useAnswer<PersonWithMeetings>(`/api/v1/people/${encodeURIComponent(id)}`)
  if (value === undefined) {
    return (
      <div class="list">
        <div class="foot">
          <p role="status">{problem === '' ? text.list.loading : problem}</p>
          {problem === '' ? null : (
            <>
              <button type="button" onClick={again}>
                {text.list.again}
              </button>
              <a href={href('/people')}>{text.person.back}</a>
            </>
          )}
        </div>
      </div>
    )
  }
  return (
    <article class="list one-person">
      <a class="back" href={href('/people')}>
        ‹ {text.person.back}
      </a>
      <Who person={value} />
      <Figures person={value} />
      <Weeks id={id} />
      <Meetings id={id} />
    </article>
  )
}

function Who({ person }: { person: PersonWithMeetings }) {
  const { name, names, email, userId, verified } = person
  const others = names.filter((one) => one !== name)
  const now = person.latest.find(({ leftAt }) => leftAt === null)
  return (
    <header>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p class="standing">
        <span class={verified ? 'chip strong' : 'chip'}>
          {verified ? `✓ ${text.room.verified}` : text.room.typed}
        </span>
        <span class="hint">{verified ? text.person.verifiedHint : text.person.typedHint}</span>
        {person.live && (
          <a class="chip good" href={href('/', { room: now?.session ?? null })}>
            ● {text.person.now}
            {now && (
              <>
                : <bdi>{now.name}</bdi>
              </>
            )}
          </a>
        )}
      </p>
      <dl class="about-person">
        {email !== null && <Said term={text.person.email} values={[email]} />}
        {userId !== null && <Said term={text.person.userId} values={[userId]} />}
        {others.length > 0 && <Said term={text.person.names} values={others} />}
      </dl>
    </header>
  )
}

function Said({ term, values }: { term: string; values: string[] }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {values.map((value, index) => (
          <span key={value}>
            {index > 0 && ', '}
            <bdi>{value}</bdi>
          </span>
        ))}
      </dd>
    </div>
  )
}

function Figures({ person }: { person: PersonWithMeetings }) {
  const words = text.person
  return (
    <dl class="person-figures">
      <div>
        <dt>{words.meetings}</dt>
        <dd>{person.meetings.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>{words.total}</dt>
        <dd>{durationOf(person.totalMs)}</dd>
      </div>
      <div>
        <dt>{words.first}</dt>
        <dd>
          <Time at={Date.parse(person.firstSeen)} />
        </dd>
      </div>
      <div>
        <dt>{words.last}</dt>
        <dd>
          <Time at={Date.parse(person.lastSeen)} />
        </dd>
      </div>
    </dl>
  )
}
