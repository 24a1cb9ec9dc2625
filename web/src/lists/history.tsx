// History: every room there was, by date, name and state.
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { durationOf, Time } from '../time.tsx'
import { HostChoice, PersonChip } from './chosen.tsx'
import { Choice, TextFilter } from './filters.tsx'
import { Foot, usePages } from './pages.tsx'

type Room = {
  session: string
  jid: string
  name: string
  kind: string | null
  createdAt: string
  endedAt: string | null
  inferred: boolean
  durationMs: number
  people: number
  peak: number
}

const DAY = 86_400_000

export function HistoryPage() {
  const pages = usePages<Room>(`/api/v1/rooms?${question()}`, 'rooms')
  const { columns } = text.history
  return (
    <div class="list">
      <h1>{text.history.title}</h1>
      <div class="filters">
        <TextFilter name="q" label={text.history.find} />
        <TextFilter name="from" label={text.history.from} date />
        <TextFilter name="to" label={text.history.to} date />
        <Choice name="state" label={text.history.state} options={text.history.states} />
        <Choice name="minDuration" label={text.history.longer} options={text.history.longers} />
        <HostChoice />
        <Choice name="sort" label={text.history.sort} options={text.history.sorts} />
      </div>
      <PersonChip />
      <table>
        <thead>
          <tr>
            <th>{columns.room}</th>
            <th>{columns.begun}</th>
            <th class="number">{columns.duration}</th>
            <th class="number">{columns.people}</th>
            <th class="number wide">{columns.peak}</th>
          </tr>
        </thead>
        <tbody>
          {pages.items.map((room) => (
            <Row key={room.session} room={room} />
          ))}
        </tbody>
      </table>
      <Foot pages={pages} none={text.history.none} />
    </div>
  )
}

function Row({ room }: { room: Room }) {
  const kind = room.kind === 'breakout' || room.kind === 'lobby' ? room.kind : null
  return (
    <tr>
      <td>
        <span class="title">
          <a href={href('/meeting', { session: room.session })}>
            <bdi>{room.name}</bdi>
          </a>
          {kind && <span class="chip">{text.kinds[kind]}</span>}
          {room.endedAt === null && <span class="chip good">● {text.history.live}</span>}
          {room.inferred && (
            <span class="chip warn" title={text.history.inferredHint}>
              ? {text.history.inferred}
            </span>
          )}
        </span>
        <span class="detail">{room.jid}</span>
      </td>
      <td>
        <Time at={Date.parse(room.createdAt)} />
      </td>
      <td class="number">{durationOf(room.durationMs)}</td>
      <td class="number">{room.people.toLocaleString('en')}</td>
      <td class="number wide">{room.peak.toLocaleString('en')}</td>
    </tr>
  )
}

/** Days are the viewer's; the last one is included. */
function question(): string {
  const asked = new URLSearchParams()
  const [from, to] = [
    new Date(`${param('from')}T00:00`).getTime(),
    new Date(`${param('to')}T00:00`).getTime(),
  ]
  if (!Number.isNaN(from)) asked.set('from', `${from}`)
  if (!Number.isNaN(to)) asked.set('to', `${to + DAY}`)
  for (const name of ['q', 'state', 'host', 'person', 'minDuration', 'sort', 'at'])
    if (param(name) !== '') asked.set(name, param(name))
  return asked.toString()
}
