// A line of the timeline: who, their bars, and for how long they were there.
import { text } from '../strings.ts'
import { durationOf } from '../time.tsx'
import type { Stay } from './people.ts'
import { linesOf } from './said.ts'
import { percentOf } from './scale.ts'
import { barsOf, isSpot, take } from './spot.ts'
import { opened, scale, there, toggle, type Line } from './state.ts'

export function TimelineLine({ line }: { line: Line }) {
  const { person, stay } = line
  const total = stay === null ? person.totalMs : stay.to - stay.from
  const was = there.value?.has(person.key)
  return (
    <div class={`line${stay === null ? '' : ' single'}${was === undefined ? '' : was ? ' was' : ' was-not'}`}>
      {stay === null ? <Who line={line} was={was} /> : <Device stay={stay} />}
      <span class="track">
        <span class="bars">
          {barsOf(line).map((stay) => (
            <Bar key={stay.id} line={line} stay={stay} />
          ))}
        </span>
      </span>
      <span class="number total">{durationOf(total)}</span>
    </div>
  )
}

function Who({ line, was }: { line: Line; was: boolean | undefined }) {
  const { person } = line
  const open = opened.value.has(person.key)
  const here = isSpot(line, null)
  return (
    <button
      type="button"
      class="who"
      aria-expanded={open}
      tabIndex={here ? 0 : -1}
      ref={here ? take : null}
      data-line={line.key}
      onClick={() => toggle(person.key)}
    >
      <span class="twist" aria-hidden="true" />
      {was !== undefined && (
        <span class="mark-there">
          <span aria-hidden="true">{was ? '●' : '○'}</span>
          <span class="visually-hidden">
            {was ? text.meeting.instant.was : text.meeting.instant.wasNot}:{' '}
          </span>
        </span>
      )}
      <bdi>{person.name}</bdi>
      {person.verified && (
        <span class="sign" title={text.room.verified}>
          <span aria-hidden="true">✓</span>
          <span class="visually-hidden"> {text.room.verified}</span>
        </span>
      )}
      {person.moderator && (
        <span class="sign moderator" title={text.room.moderator}>
          <span aria-hidden="true">{text.meeting.moderatorSign}</span>
          <span class="visually-hidden"> {text.room.moderator}</span>
        </span>
      )}
    </button>
  )
}

/** One stay: where it was, with what. */
function Device({ stay: { breakout, client } }: { stay: Stay }) {
  const { stay: say } = text.meeting
  return (
    <span class="who device">
      <bdi>{breakout ?? say.main}</bdi>
      <span class="detail">{client === '' ? say.unknown : client}</span>
    </span>
  )
}

function Bar({ line, stay }: { line: Line; stay: Stay }) {
  const here = isSpot(line, stay.id)
  const { from, to, lane, lanes, breakout, open, inferred } = stay
  const left = percentOf(scale.value, from)
  const kind = `${breakout === null ? '' : ' breakout'}${open ? ' open' : ''}${inferred ? ' inferred' : ''}`
  const of = (time: number) => `${percentOf({ from, to: Math.max(to, from + 1) }, time)}%`
  return (
    <button
      type="button"
      class={`stay${kind}${lanes > 1 ? ' thin' : ''}`}
      tabIndex={here ? 0 : -1}
      ref={here ? take : null}
      data-line={line.key}
      data-stay={stay.id}
      aria-label={[line.person.name, ...linesOf(stay, scale.value.from)].join('. ')}
      style={{
        left: `${left}%`,
        width: `${percentOf(scale.value, to) - left}%`,
        top: `${(lane / lanes) * 100}%`,
        height: `${100 / lanes}%`,
      }}
    >
      {breakout !== null && <span class="name">{breakout}</span>}
      {stay.moderated.map((span) => (
        <span
          key={span.from}
          class="moderated"
          style={{ left: of(span.from), right: `calc(100% - ${of(span.to)})` }}
        />
      ))}
      {stay.changes.map(({ at, role, nick }, index) => (
        <span
          key={index}
          class={`changed ${nick === undefined ? (role === 'moderator' ? 'up' : 'down') : 'nick'}`}
          style={{ left: of(at) }}
        />
      ))}
    </button>
  )
}
