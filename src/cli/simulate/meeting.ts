// One meeting of the demo as the calls that Prosody would make: who comes when, drops out, comes back, changes a name.
import { DEMO_HOST } from '../../ledger/demo.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

/** A call of the contract; `at` is epoch ms. */
export type Call = {
  at: number
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body: Record<string, unknown>
}

export type Meeting = {
  session: string
  name: string
  /** The user part of the room's JID. */
  node: string
  kind: 'conference' | 'breakout' | 'lobby'
  parent: string | null
  start: number
  end: number
  /** The first is the moderator. */
  people: Person[]
  /** Who talks in public is recorded. */
  recorded: boolean
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const FOCUS = { jid: 'focus@auth.demo.invalid/focus', nick: 'focus' }
const RECORDER = { jid: 'recorder@recorder.demo.invalid/jibri', nick: 'Recorder' }

export function roomJid(node: string): string {
  return `${node}@${DEMO_HOST}`
}

/** In no order; whoever sends them sorts them by `at`. */
export function callsOf(meeting: Meeting, random: Random): Call[] {
  const { session, name, node, kind, parent, start, end } = meeting
  const jid = roomJid(node)
  const calls: Call[] = []
  const parentJid = parent === null ? null : roomJid(parent)
  call(start, 'POST', '/api/v1/rooms', { name, session, jid, kind, parentJid })
  if (kind !== 'lobby') service(FOCUS, start)
  if (meeting.recorded) service(RECORDER, start + random.between(1, 3) * MINUTE)
  meeting.people.forEach((person, index) => attend(person, index === 0))
  call(end, 'DELETE', `/api/v1/rooms/${encodeURIComponent(session)}`, { jid })
  return calls

  function call(at: number, method: Call['method'], path: string, body: Record<string, unknown>): void {
    calls.push({ at: Math.round(at), method, path, body: { ...body, at: Math.round(at) } })
  }

  function service({ jid: occupant, nick }: typeof FOCUS, at: number): void {
    call(at + 40, 'POST', '/api/v1/occupants', { jid: occupant, roomJid: jid, nick, role: 'moderator' })
  }

  function attend(person: Person, moderator: boolean): void {
    const length = end - start
    const [from, until] = [start + arrival(moderator, length), end - departure(moderator, length)]
    if (until - from < 20 * SECOND) return stay(person, moderator, start + SECOND, end, 'left')
    const dropped = random.chance(0.09) && until - from > 5 * MINUTE
    if (dropped) {
      const lost = random.between(from + 2 * MINUTE, until - MINUTE)
      stay(person, moderator, from, lost, 'disconnected')
      stay(person, moderator, lost + random.between(4, 70) * SECOND, until, 'left')
    } else {
      stay(person, moderator, from, until, random.chance(0.004) ? 'kicked' : 'left')
    }
    // A phone beside the laptop, on the way to it.
    if (person.userAgents.length > 1 && random.chance(0.08)) {
      const second = random.between(from, from + (until - from) / 2)
      stay({ ...person, userAgents: person.userAgents.slice(1) }, false, second, until, 'left')
    }
  }

  /** Early ones open the door, most come on time, some late. */
  function arrival(moderator: boolean, length: number): number {
    if (moderator) return random.between(0.1, 2) * SECOND
    const late = random.chance(0.12) ? random.between(0.05, 0.35) * length : 0
    return random.between(0, 1) ** 2 * Math.min(5 * MINUTE, length / 4) + late + SECOND
  }

  function departure(moderator: boolean, length: number): number {
    if (moderator) return random.between(0.2, 1) * SECOND
    const early = random.chance(0.08) ? random.between(0.1, 0.6) * length : 0
    return random.between(0, 1) ** 3 * Math.min(3 * MINUTE, length / 5) + early + SECOND
  }

  function stay(person: Person, moderator: boolean, from: number, until: number, reason: string): void {
    if (until <= from) return
    const account = person.account ?? random.whole(0x1000_0000, 0xffff_ffff).toString(16)
    const occupant = `${account}@demo.invalid/${random.whole(0x10_0000, 0xff_ffff).toString(36)}`
    const path = `/api/v1/occupants/${encodeURIComponent(occupant)}`
    const { nick, email, userId, ip } = person
    const userAgent = person.userAgents[0]
    const role = moderator ? 'moderator' : 'participant'
    const said = { jid: occupant, roomJid: jid, nick, role, email, userId, userAgent, ip }
    call(from, 'POST', '/api/v1/occupants', said)
    const middle = () => random.between(from, until)
    if (userId === null && random.chance(0.06))
      call(middle(), 'PUT', path, { roomJid: jid, nick: `${nick} (mobile)` })
    if (!moderator && random.chance(0.02)) call(middle(), 'PUT', path, { roomJid: jid, role: 'moderator' })
    if (until < end) call(until, 'DELETE', path, { roomJid: jid, reason })
  }
}
