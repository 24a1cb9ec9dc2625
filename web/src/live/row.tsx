// A room in the list: what it is called, how many are in it, since when; a change is seen for some seconds.
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { reference } from '../shell/clock.tsx'
import { durationOf, Time } from '../time.tsx'
import type { Shown } from './order.ts'
import { sizeOf } from './state.ts'

/** How long a change is shown, ms. */
const RECENT = 6_000

/** `most`: as many people as fill the bar. */
export function RoomRow({ shown: { room, below, found }, most }: { shown: Shown; most: number }) {
  const people = sizeOf(room)
  const open = param('room') === room.session
  const kind = room.kind === 'breakout' || room.kind === 'lobby' ? room.kind : null
  return (
    <a
      class={`room${below ? ' below' : ''}`}
      href={href('/', { room: open ? null : room.session })}
      aria-current={open ? 'true' : undefined}
    >
      <span class="name">
        <span class="title">
          <bdi>{room.name}</bdi>
          {kind && <span class="chip">{text.kinds[kind]}</span>}
        </span>
        <span class="detail">{found.length > 0 ? text.live.with(found.join(', ')) : room.jid}</span>
      </span>
      <span class="number people">
        <Change by={room.change.by} at={room.change.at} />
        <span class="bar" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (people / most) * 100)}%` }} />
        </span>
        <b>{people.toLocaleString('en')}</b>
        <span class="visually-hidden"> {text.live.people}</span>
      </span>
      <span class="number wide">
        <Time at={room.createdAt} beside={reference.value} />
      </span>
      <span class="number">{durationOf(reference.value - room.createdAt)}</span>
    </a>
  )
}

function Change({ by, at }: { by: number; at: number }) {
  if (by === 0 || Math.abs(reference.value - at) > RECENT) return null
  return (
    <span class={by > 0 ? 'change up' : 'change down'} key={at}>
      {by > 0 ? `+${by}` : `−${-by}`}
    </span>
  )
}
