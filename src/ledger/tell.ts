// What a sender without sessions says is joined to what it has said before; what then differs is what has happened.
import type { Tell, ToldStay } from './command.ts'
import type { Decision } from './decision.ts'
import { difference } from './difference.ts'
import { meetingsOf, type Attendance } from './meetings.ts'
import { spanOf } from './span.ts'
import type { Room, State, Stay } from './state.ts'
import { isTold } from './told.ts'

/** Its instants are whole seconds, and two senders may see the same thing on both sides of one: ms. */
const APART = 2_000

export function tell(state: State, command: Tell): Decision {
  const { jid, createdAt, endedAt, stays } = command
  const { from, to } = spanOf(command)
  const around = state.roomsAround(jid, from, to)
  const others = around.filter((room) => !isTold(room))
  const begins = createdAt !== null && !others.some((other) => isSame(other, createdAt))
  const news = stays.filter(
    ({ joinedAt }) => !others.some((other) => covers(other, joinedAt, begins ? createdAt : null)),
  )
  // The meeting is told by another sender, one that knows its session and more.
  if (others.length > 0 && !begins && news.length === 0) return { verdict: 'told-otherwise', events: [] }

  // The second one after it only bounds the first.
  const beyond = around.filter((room) => room.createdAt > to)[1]
  const rooms = around.filter((room) => isTold(room) && room !== beyond)
  const bounds = around.filter((room) => !rooms.includes(room))
  const meetings = meetingsOf({
    rooms,
    attendances: join(
      rooms.flatMap((room) => knownOf(state, room, bounds)),
      news,
    ),
    created: begins ? [createdAt] : [],
    ended:
      endedAt === null || (createdAt !== null && !begins) ? [] : [{ after: createdAt ?? from, at: endedAt }],
    others: bounds,
  })
  return { verdict: 'success', events: difference(state, command, meetings) }
}

/** Whether the other sender has told of the meeting that was created then. */
function isSame({ createdAt, endedAt }: Room, at: number): boolean {
  return wholeSecond(createdAt) <= at && at <= (endedAt ?? createdAt + APART)
}

/** Whether that instant lies in the other sender's meeting, which is over once another one is created. */
function covers({ createdAt, endedAt }: Room, at: number, next: number | null): boolean {
  return (
    wholeSecond(createdAt) <= at &&
    at <= (endedAt ?? Infinity) &&
    !(next !== null && next > createdAt && next <= at)
  )
}

function wholeSecond(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000
}

/** A stay is known by its JID and the second in which it began; of its end the latest that was told counts. */
function join(known: Attendance[], news: ToldStay[]): Attendance[] {
  const attendances = new Map<string, Attendance>()
  for (const one of known) attendances.set(`${one.joinedAt} ${one.jid}`, one)
  const rest = known.filter((one) => attendances.get(`${one.joinedAt} ${one.jid}`) !== one)
  for (const { jid, joinedAt, leftAt, ...profile } of news) {
    const key = `${joinedAt} ${jid}`
    const before = attendances.get(key) ?? { ...begun(jid, joinedAt), profile }
    const left = leftAt === null ? -Infinity : Math.max(leftAt, joinedAt)
    const later = left > (before.leftAt ?? -Infinity)
    attendances.set(key, later ? { ...before, leftAt: left, reason: null } : before)
  }
  return [...rest, ...attendances.values()]
}

function begun(jid: string, joinedAt: number): Attendance {
  return { jid, joinedAt, within: joinedAt, leftAt: null, reason: null, profile: null, stay: null }
}

function knownOf(state: State, room: Room, bounds: Room[]): Attendance[] {
  const next = bounds.find(({ createdAt }) => createdAt > room.createdAt)
  return state.everyStay(room.id).map((stay) => attended(stay, room, next?.createdAt ?? Infinity))
}

/** By another sender's report somebody may have joined a room before it was created, or after another had begun. */
function attended(stay: Stay, { createdAt }: Room, next: number): Attendance {
  const { jid, joinedAt, leftAt, leaveReason, inferred } = stay
  // Who left because the room ended was not said to have left.
  const told = leftAt !== null && !inferred && leaveReason !== 'room-ended'
  const end = told ? { leftAt, reason: leaveReason } : { leftAt: null, reason: null }
  return { ...begun(jid, joinedAt), within: Math.min(Math.max(joinedAt, createdAt), next - 1), ...end, stay }
}
