// One room: everybody who is in it, with role, since when, on how many devices.
import { computed } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { instant, reference } from '../shell/clock.tsx'
import { durationOf, Time } from '../time.tsx'
import { VirtualList } from '../virtual.tsx'
import { live, loaded, version } from './feed.ts'
import { fold } from '../../../src/ledger/fold.ts'
import type { Room, Stay } from './state.ts'

const ROW = 48

/** A person in a room: their stays there, the first of them on top. */
type Present = Stay & { devices: number }

export function RoomPanel({ session }: { session: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const people = useMemo(
    () =>
      computed(() => {
        void version.value
        const room = live.value.rooms.get(session)
        return room ? present(room, fold(param('q').trim())) : []
      }),
    [session],
  )
  void version.value
  const room = live.value.rooms.get(session)
  return (
    <section class="panel" aria-labelledby="room-title">
      <header>
        <h2 id="room-title" tabIndex={-1} ref={heading}>
          <bdi>{room?.name ?? (loaded.value ? text.room.ended : '')}</bdi>
        </h2>
        <a
          class="close"
          href={href('/', { room: null })}
          aria-label={text.room.close}
          title={text.room.close}
        >
          ✕
        </a>
        {room && <About room={room} people={room.people.size} services={room.services.size} />}
      </header>
      {room && people.value.length === 0 && <p class="empty">{text.room.empty}</p>}
      {room && people.value.length > 0 && (
        <VirtualList
          items={people.value}
          height={ROW}
          label={text.room.list}
          keyOf={({ person }) => person}
          render={(one) => <Person who={one} session={session} />}
        />
      )}
    </section>
  )
}

/** The counts are given beside the room, which stays the same object while they change. */
function About({ room, people, services }: { room: Room; people: number; services: number }) {
  return (
    <p class="about">
      <span class="jid">{room.jid}</span>
      <span>
        <Time at={room.createdAt} beside={reference.value} /> · {durationOf(reference.value - room.createdAt)}{' '}
        · <b>{people.toLocaleString('en')}</b> {text.live.people.toLowerCase()}
      </span>
      <a href={wholeMeeting(room.session)}>{text.room.whole}</a>
      {services > 0 && <span>{text.room.services(services)}</span>}
    </p>
  )
}

/** All of it, also from the past: the instant that is looked at is the slider's there. */
function wholeMeeting(session: string): string {
  const at = instant.value
  return href('/meeting', { session, at: null, t: at === null ? null : new Date(at).toISOString() })
}

function Person({ who, session }: { who: Present; session: string }) {
  return (
    <div class="person">
      <span class="initial" aria-hidden="true">
        {initialOf(who.nick)}
      </span>
      <span class="name">
        <span class="title">
          <a href={href('/person', { session, jid: who.jid, at: null })} title={text.room.person}>
            <bdi>{who.nick}</bdi>
          </a>
          {who.role === 'moderator' && <span class="chip strong">{text.room.moderator}</span>}
        </span>
        <span class="detail">
          {who.userId === null ? text.room.typed : `✓ ${text.room.verified}`}
          {who.email !== null && ` · ${who.email}`}
          {who.devices > 1 && ` · ${text.room.devices(who.devices)}`}
        </span>
      </span>
      <span class="number">
        {durationOf(reference.value - who.joinedAt)}
        <span class="detail">
          <Time at={who.joinedAt} beside={reference.value} />
        </span>
      </span>
    </div>
  )
}

/** Moderators first, then in order of joining; those who fit what is looked for before all others. */
function present(room: Room, wanted: string): Present[] {
  const people = new Map<string, Present>()
  for (const stay of room.stays.values()) {
    const known = people.get(stay.person)
    if (!known) people.set(stay.person, { ...stay, devices: 1 })
    else {
      known.devices += 1
      known.joinedAt = Math.min(known.joinedAt, stay.joinedAt)
      if (stay.role === 'moderator') known.role = stay.role
    }
  }
  const rank = ({ search, role }: Present) =>
    (wanted !== '' && search.includes(wanted) ? 0 : 2) + (role === 'moderator' ? 0 : 1)
  return [...people.values()].toSorted(
    (one, other) => rank(one) - rank(other) || one.joinedAt - other.joinedAt,
  )
}

function initialOf(nick: string): string {
  return [...new Intl.Segmenter().segment(nick.trim())][0]?.segment.toLocaleUpperCase() ?? '?'
}
