// Commands as they come, and arbitrary ones over a world small enough that they meet.
import fc from 'fast-check'
import type { Command, CreateRoom, EndRoom, Join, Leave, Update } from '../../src/ledger/command.ts'

export const T0 = Date.parse('2026-01-01T10:00:00.000Z')

const ROOM = 'daily@conference.example.com'
const ANN = 'ann@example.com/tablet'

export function createRoom(more: Partial<CreateRoom> = {}): CreateRoom {
  const room = { session: 's1', jid: ROOM, name: 'daily', kind: null, parentJid: null }
  return { type: 'create-room', ...room, at: null, ...more }
}

export function endRoom(more: Partial<EndRoom> = {}): EndRoom {
  return { type: 'end-room', session: 's1', jid: ROOM, reason: null, at: null, ...more }
}

export function join(more: Partial<Join> = {}): Join {
  const unknown = { email: null, avatar: null, userAgent: null, ip: null, userId: null }
  return {
    type: 'join',
    jid: ANN,
    roomJid: ROOM,
    nick: 'Ann',
    role: 'participant',
    ...unknown,
    at: null,
    ...more,
  }
}

export function update(more: Partial<Update> = {}): Update {
  return { type: 'update', jid: ANN, roomJid: ROOM, nick: null, role: null, email: null, at: null, ...more }
}

export function leave(more: Partial<Leave> = {}): Leave {
  return { type: 'leave', jid: ANN, roomJid: ROOM, reason: null, at: null, ...more }
}

const at = fc.option(fc.integer({ min: 0, max: 200 }).map((second) => T0 + second * 1_000))
const session = fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6')
const roomJid = fc.constantFrom('one@conference.example.com', 'two@conference.example.com')
const jid = fc.constantFrom('ann@example.com/a', 'ben@example.com/b', 'cem@example.com/c')
const nick = fc.constantFrom('Ann', 'Ben', 'Cem')
const role = fc.constantFrom('participant' as const, 'moderator' as const)
const email = fc.constantFrom('ann@example.com', 'ben@example.com')
const text = fc.constantFrom('left', 'kicked')

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ session, jid: roomJid, at }).map(createRoom) },
  { weight: 1, arbitrary: fc.record({ session, jid: roomJid, at, reason: fc.option(text) }).map(endRoom) },
  { weight: 5, arbitrary: fc.record({ jid, roomJid, nick, role, email: fc.option(email), at }).map(join) },
  {
    weight: 4,
    arbitrary: fc
      .record({ jid, roomJid, nick: fc.option(nick), role: fc.option(role), email: fc.option(email), at })
      .map(update),
  },
  { weight: 3, arbitrary: fc.record({ jid, roomJid, reason: fc.option(text), at }).map(leave) },
)

/** The clock of arrival mostly goes forward, and is now and then set back. */
export const arrivals = fc.array(
  fc.record({ command, receivedAt: fc.integer({ min: 0, max: 200 }).map((second) => T0 + second * 1_000) }),
  { maxLength: 100 },
)
