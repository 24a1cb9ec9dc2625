// What one sender says, call by call: it alone speaks of its occupants, so it knows the verdict of each: success.
import type { Random } from '../support/random.ts'

/** `tag` is in this call alone, and in the event that follows from it: by it the two are compared. */
export type Call = {
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body: Record<string, unknown>
  key: string | null
  tag: string
  event: ExpectedEvent
}

/** `at` is undefined where the server's clock decides. */
export type ExpectedEvent = {
  type: string
  session: string
  at?: number
  data: Record<string, string | null>
}

type Room = { session: string; jid: string; shared: boolean; present: string[] }

/** Made before the load, and never ended: every sender's occupants meet there. */
export const SHARED = Array.from({ length: 3 }, (_, n) => ({
  session: `shared-${n}`,
  jid: `shared-${n}@conference.example.com`,
}))

const T0 = Date.parse('2026-01-01T10:00:00.000Z')
/** More than these in a room are led out before another comes in. */
const CROWD = 30

/** Gives the calls of the sender `name`; `keyed`: each with an Idempotency-Key. */
export function createCalls(name: string, random: Random): (keyed: boolean) => Call {
  const rooms: Room[] = SHARED.map((room) => ({ ...room, shared: true, present: [] }))
  let count = 0

  function next(keyed: boolean): Call {
    count += 1
    const tag = `tag-${name}-${count}`
    const call = choose(tag)
    return { ...call, tag, key: keyed ? `key-${tag}` : null }
  }

  function choose(tag: string) {
    const own = rooms.filter(({ shared }) => !shared)
    if (own.length === 0 || (own.length < 3 && random.chance(0.05))) return create(tag, own)
    if (random.chance(0.04)) return end(tag, random.pick(own))
    const room = random.pick(rooms)
    const { present } = room
    if (present.length === 0 || (present.length < CROWD && random.chance(0.5))) return join(tag, room)
    return random.chance(0.5) ? update(tag, room) : leave(tag, room)
  }

  /** Sometimes under the JID of a live room: that one ends as superseded. */
  function create(tag: string, own: Room[]) {
    const old = own.length > 0 && random.chance(0.5) ? random.pick(own) : undefined
    if (old) forget(old)
    const jid = old?.jid ?? `${tag}@conference.example.com`
    rooms.push({ session: tag, jid, shared: false, present: [] })
    const body = { name: `Room ${tag}`, session: tag, jid, kind: 'conference' }
    const event = { type: 'room.created', session: tag, data: { ...body, parentJid: null } }
    return { method: 'POST' as const, path: '/api/v1/rooms', body, event }
  }

  function end(tag: string, room: Room) {
    forget(room)
    const event = { type: 'room.ended', session: room.session, data: { reason: tag } }
    const body = { jid: room.jid, reason: tag }
    return { method: 'DELETE' as const, path: `/api/v1/rooms/${room.session}`, body, event }
  }

  function join(tag: string, { session, jid: roomJid, present }: Room) {
    const jid = `${name}-${count}@example.com/tab é`
    present.push(jid)
    const who = { jid, nick: tag, role: random.pick(['participant', 'moderator']) }
    const more = random.chance(0.5)
      ? { email: `${tag}@example.com`, avatar: null, userAgent: 'x'.repeat(random.below(300) + 1), ip: '::1' }
      : { email: null, avatar: null, userAgent: null, ip: null }
    const data = { ...who, ...more, userId: `u-${tag}` }
    const said = random.chance(0.3) ? { at: T0 + count * 1_000 } : {}
    const event = { type: 'occupant.joined', session, ...said, data }
    return {
      method: 'POST' as const,
      path: '/api/v1/occupants',
      body: { ...data, ...said, roomJid },
      event,
    }
  }

  function update(tag: string, { session, jid: roomJid, present }: Room) {
    const jid = random.pick(present)
    const event = { type: 'occupant.updated', session, data: { jid, nick: tag } }
    return { method: 'PUT' as const, path: occupant(jid), body: { roomJid, nick: tag }, event }
  }

  function leave(tag: string, { session, jid: roomJid, present }: Room) {
    const jid = random.pick(present)
    present.splice(present.indexOf(jid), 1)
    const event = { type: 'occupant.left', session, data: { jid, reason: tag } }
    return { method: 'DELETE' as const, path: occupant(jid), body: { roomJid, reason: tag }, event }
  }

  function forget(room: Room): void {
    rooms.splice(rooms.indexOf(room), 1)
  }

  return next
}

function occupant(jid: string): string {
  return `/api/v1/occupants/${encodeURIComponent(jid)}`
}
