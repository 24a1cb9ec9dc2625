// The head of the page: which meeting it is, when it was, how large, how it ended.
import type { ComponentChildren } from 'preact'
import type { Room } from '../../../src/client/types.ts'
import { href } from '../router.ts'
import { reference } from '../shell/clock.tsx'
import { text } from '../strings.ts'
import { durationOf, secondsOf, Time } from '../time.tsx'
import { crowd, peak } from './state.ts'

const { facts } = text.meeting

type Props = { room: Room; breakouts: Room[]; lost: number | null }

export function Head({ room, breakouts, lost }: Props) {
  const kind = room.kind === 'breakout' || room.kind === 'lobby' ? room.kind : null
  return (
    <header class="head-of-meeting">
      <a class="back" href={href('/history')}>
        <span aria-hidden="true">‹ </span>
        {text.meeting.back}
      </a>
      <h1>
        <bdi>{room.name}</bdi>
        {kind && <span class="chip">{text.kinds[kind]}</span>}
        {room.endedAt === null && <Live lost={lost} />}
        {room.inferred && (
          <span class="chip warn" title={text.history.inferredHint}>
            ? {text.history.inferred}
          </span>
        )}
      </h1>
      <p class="jid">
        {room.jid}
        {room.parentJid !== null && <span> · {text.meeting.breakoutOf(room.parentJid)}</span>}
      </p>
      <Facts room={room} />
      {breakouts.length > 0 && (
        <p class="breakouts">
          {text.meeting.breakouts}:{' '}
          {breakouts.map(({ session, name }) => (
            <a key={session} href={href('/meeting', { ...NOTHING, session })}>
              <bdi>{name}</bdi>
            </a>
          ))}
        </p>
      )}
    </header>
  )
}

/** What the address says of one meeting means nothing in another. */
const NOTHING = { t: null, only: null, q: null }

function Live({ lost }: { lost: number | null }) {
  if (lost === null) return <span class="chip good">● {text.history.live}</span>
  return (
    <span class="chip bad" role="status">
      ✕ {text.connection.lost(secondsOf(lost))}
    </span>
  )
}

function Facts({ room }: { room: Room }) {
  const [begun, ended] = [Date.parse(room.createdAt), room.endedAt === null ? null : Date.parse(room.endedAt)]
  const { services } = crowd.value
  const last = ended === null ? null : Math.max(begun, ended - 1)
  const live = href('/', { room: room.session, at: last === null ? null : new Date(last).toISOString() })
  return (
    <div class="facts">
      <dl>
        <Fact label={facts.begun}>
          <Time at={begun} />
        </Fact>
        <Fact label={facts.ended}>
          {ended === null ? text.meeting.goesOn : <Time at={ended} beside={begun} />}
        </Fact>
        <Fact label={facts.duration}>{durationOf((ended ?? reference.value) - begun)}</Fact>
        <Fact label={facts.people}>{crowd.value.people.length.toLocaleString('en')}</Fact>
        <Fact label={facts.peak}>{peak.value.toLocaleString('en')}</Fact>
        {room.endReason !== null && (
          <Fact label={facts.end}>{text.meeting.ends[room.endReason] ?? room.endReason}</Fact>
        )}
      </dl>
      <div class="aside">
        {services > 0 && <span>{text.room.services(services)}</span>}
        <a href={live}>{ended === null ? text.meeting.live : text.meeting.atEnd}</a>
      </div>
    </div>
  )
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
