// What the Prosody plugin event_sync sends: what was recorded of it, and what it would send of arbitrary meetings.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Message } from '../../src/ingest/event-sync-fields.ts'

/** A request: its path below /event-sync/events/, and its body. */
export type Sent = { message: Message; body: Record<string, unknown> }

const RECORDED = join(import.meta.dirname, '../event-sync/recorded.jsonl')

/** 39 requests of a real Prosody, in the order in which they arrived; see docs/event-sync.md. */
export function recorded(): Sent[] {
  const lines = readFileSync(RECORDED, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { path, body } = JSON.parse(line) as { path: string; body: Record<string, unknown> }
    return { message: path.replace('/events/', '') as Message, body }
  })
}

export const ROOM_JID = 'daily@conference.example.com'
/** Seconds since 1970 at which the arbitrary meetings begin. */
const START = 1_795_358_000

/** All in seconds since START, of which the plugin tells the whole ones. */
export type TrueStay = { jid: string; joined: number; left: number }
export type TrueMeeting = { created: number; destroyed: number; stays: TrueStay[] }

const person = fc.constantFrom('ann@example.com/a', 'ben@example.com/b', 'cem@example.com/c')
const seconds = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((tenths) => tenths / 10)
const visits = fc.array(fc.record({ jid: person, after: seconds(4), length: seconds(6) }), { maxLength: 6 })

/** Meetings of one room, one after another; nobody is in one twice at the same time. */
export const trueMeetings: fc.Arbitrary<TrueMeeting[]> = fc
  .array(fc.record({ pause: seconds(4), visits, tail: seconds(2) }), { minLength: 1, maxLength: 4 })
  .map((plans) => {
    let clock = 0
    return plans.map(({ pause, visits, tail }) => {
      const created = clock + pause
      const gone = new Map<string, number>()
      const stays = visits.map(({ jid, after, length }) => {
        const joined = (gone.get(jid) ?? created) + after
        gone.set(jid, joined + length)
        return { jid, joined, left: joined + length }
      })
      const destroyed = Math.max(created, ...stays.map(({ left }) => left)) + tail
      clock = destroyed
      return { created, destroyed, stays }
    })
  })

export function whole(instant: number): number {
  return START + Math.floor(instant)
}

/** What the plugin sends of a meeting: of who left last it hears only after the room has gone. */
export function sentOf({ created, destroyed, stays }: TrueMeeting): Sent[] {
  const room = { room_jid: ROOM_JID, room_name: 'daily', is_breakout: false }
  const told = ({ jid, joined, left }: TrueStay) => {
    return { occupant_jid: jid, joined_at: whole(joined), left_at: whole(left) }
  }
  const listed = new Map(stays.map((stay) => [stay.jid, told(stay)]))
  const last = stays.find(({ left }) => left === destroyed)
  const all = [...listed.values()].map(({ left_at, ...rest }) =>
    last && rest.occupant_jid === last.jid && rest.joined_at === whole(last.joined)
      ? rest
      : { ...rest, left_at },
  )
  return [
    { message: 'room/created', body: { ...room, created_at: whole(created) } },
    ...stays.flatMap((stay) => {
      const { left_at, ...joining } = told(stay)
      return [
        { message: 'occupant/joined' as const, body: { ...room, occupant: joining } },
        { message: 'occupant/left' as const, body: { ...room, occupant: { ...joining, left_at } } },
      ]
    }),
    {
      message: 'room/destroyed',
      body: {
        ...room,
        created_at: whole(created),
        destroyed_at: whole(destroyed),
        all_occupants: all.length > 0 ? all : {},
      },
    },
  ]
}

/** In an order that is drawn, and shrinks to the given one. */
export function shuffled<T>(list: T[], random: Iterator<number>): T[] {
  return list
    .map((item) => ({ item, place: random.next().value as number }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item)
}
