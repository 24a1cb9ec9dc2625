// The rooms with the most people.
import type { BusyRoom } from '../../../src/client/types.ts'
import type { Rows } from '../csv.ts'
import { href } from '../router.ts'
import { text } from '../strings.ts'
import { durationOf, Time } from '../time.tsx'
import type { Range } from './range.ts'
import { Section } from './section.tsx'
import { cellOf, minutesOf, zone } from './words.ts'

export function Busiest({ rooms, range }: { rooms: BusyRoom[]; range: Range }) {
  const { busiest, columns } = text.insight
  return (
    <Section
      title={busiest.title}
      note={busiest.note}
      file="busiest-rooms"
      range={range}
      rows={() => file(rooms)}
    >
      <table>
        <thead>
          <tr>
            <th>{columns.room}</th>
            <th class="number">{columns.people}</th>
            <th class="number roomy">{columns.duration}</th>
            <th class="number">{columns.begun}</th>
          </tr>
        </thead>
        <tbody>
          {rooms.map((room) => (
            <tr key={room.session}>
              <td>
                <span class="title">
                  <a href={href('/meeting', { session: room.session })}>
                    <bdi>{room.name}</bdi>
                  </a>
                  {(room.kind === 'breakout' || room.kind === 'lobby') && (
                    <span class="chip">{text.kinds[room.kind]}</span>
                  )}
                </span>
              </td>
              <td class="number">{room.people.toLocaleString('en')}</td>
              <td class="number roomy">{durationOf(room.durationMs)}</td>
              <td class="number">
                <Time at={Date.parse(room.createdAt)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function file(rooms: BusyRoom[]): Rows {
  const { columns, inZone } = text.insight
  return [
    [
      columns.room,
      columns.jid,
      columns.session,
      inZone(columns.begun, zone),
      inZone(columns.ended, zone),
      columns.people,
      columns.minutes,
    ],
    ...rooms.map(({ name, jid, session, createdAt, endedAt, people, durationMs }) => [
      name,
      jid,
      session,
      cellOf(Date.parse(createdAt)),
      endedAt === null ? null : cellOf(Date.parse(endedAt)),
      people,
      minutesOf(durationMs),
    ]),
  ]
}
