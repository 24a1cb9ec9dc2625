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
  const news = stays.filter(({ joinedAt }) => !others.some((other) => covers(other, joinedAt, begins ? createdAt : null)))
  // The meeting is told by another sender, one that knows its session and more.
  if (others.length > 0 && !begins && news.length === 0) return { verdict: 'told-otherwise', events: [] }

  // The second one after it only bounds the first.
  const beyond = around.filter((room) => room.createdAt > to)[1]
  const rooms = around.filter((room) => isTold(room) && room !== beyond)
  const after = createdAt ?? Math.min(endedAt ?? Infinity, ...stays.map(({ joinedAt }) => joinedAt))
  const meetings = meetingsOf({
    rooms,
    attendances: join(rooms.flatMap((room) => state.everyStay(room.id)), news),
    created: begins ? [createdAt] : [],
    ended: endedAt === null || (createdAt !== null && !begins) ? [] : [{ after, at: endedAt }],
    others: [...others, ...(beyond ? [beyond] : [])].map((other) => other.createdAt),
  })
  return { verdict: 'success', events: difference(state, command, meetings) }
}

/** Whether the other sender has told of the meeting that was created then. */
function isSame({ createdAt, endedAt }: Room, at: number): boolean {
  return wholeSecond(createdAt) <= at && at <= (endedAt ?? createdAt + APART)
}

/** Whether that instant lies in the other sender's meeting, which is over once another one is created. */
function covers({ createdAt, endedAt }: Room, at: number, next: number | null): boolean {
  return wholeSecond(createdAt) <= at && at <= (endedAt ?? Infinity) && !(next !== null && next > createdAt && next <= at)
}

function wholeSecond(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000
}

/** A stay is known by its JID and the second in which it began; of its end the latest that was told counts. */
function join(known: Stay[], news: ToldStay[]): Attendance[] {
  const attendances = new Map<string, Attendance>()
  for (const stay of known) attendances.set(`${stay.joinedAt} ${stay.jid}`, attended(stay))
  const rest = known.filter((stay) => attendances.get(`${stay.joinedAt} ${stay.jid}`)?.stay !== stay).map(attended)
  for (const { jid, joinedAt, leftAt, ...profile } of news) {
    const key = `${joinedAt} ${jid}`
    const before = attendances.get(key) ?? { jid, joinedAt, leftAt: null, reason: null, profile, stay: null }
    const left = leftAt === null ? -Infinity : Math.max(leftAt, joinedAt)
    const later = left > (before.leftAt ?? -Infinity)
    attendances.set(key, later ? { ...before, leftAt: left, reason: null } : before)
  }
  return [...rest, ...attendances.values()]
}

function attended(stay: Stay): Attendance {
  const { jid, joinedAt, leftAt, leaveReason, inferred } = stay
  // Who left because the room ended was not said to have left.
  const told = leftAt !== null && !inferred && leaveReason !== 'room-ended'
  return { jid, joinedAt, leftAt: told ? leftAt : null, reason: told ? leaveReason : null, profile: null, stay }
}
