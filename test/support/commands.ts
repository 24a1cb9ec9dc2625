// Commands as they come, and arbitrary ones over a world small enough that they meet.
import fc from 'fast-check'
import type {
  Command,
  CreateRoom,
  EndRoom,
  Expire,
  Heartbeat,
  Join,
  Leave,
  ListedOccupant,
  ListedRoom,
  Sync,
  Tell,
  ToldStay,
  Update,
} from '../../src/ledger/command.ts'

export const T0 = Date.parse('2026-01-01T10:00:00.000Z')

export const HOST = 'conference.example.com'
export const ROOM = `daily@${HOST}`
export const ANN = 'ann@example.com/tablet'

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

export function heartbeat(more: Partial<Heartbeat> = {}): Heartbeat {
  return { type: 'heartbeat', host: HOST, bootId: 'boot1', rooms: 0, occupants: 0, at: null, ...more }
}

export function sync(more: Partial<Sync> = {}): Sync {
  return { type: 'sync', host: HOST, bootId: 'boot1', rooms: [], at: null, ...more }
}

export function listed(more: Partial<ListedRoom> = {}): ListedRoom {
  const { type: _type, ...room } = createRoom()
  return { ...room, occupants: [], ...more }
}

export function present(more: Partial<ListedOccupant> = {}): ListedOccupant {
  const { type: _type, roomJid: _roomJid, ...occupant } = join()
  return { ...occupant, ...more }
}

export function tell(more: Partial<Tell> = {}): Tell {
  const jid = more.jid ?? ROOM
  const room = { series: `event-sync:${jid}`, name: 'daily', kind: 'conference' as const, parentJid: null }
  return { type: 'tell', jid, ...room, createdAt: null, endedAt: null, stays: [], at: null, ...more }
}

export function told(more: Partial<ToldStay> = {}): ToldStay {
  const { at: _at, ...occupant } = present()
  return { ...occupant, joinedAt: T0, leftAt: null, ...more }
}

export function expire(more: Partial<Expire> = {}): Expire {
  return { type: 'expire', host: HOST, silentSince: T0, ...more }
}

const instant = fc.integer({ min: 0, max: 200 }).map((second) => T0 + second * 1_000)
const at = fc.option(instant)
const session = fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6')
const roomJid = fc.constantFrom('one@conference.example.com', 'two@conference.example.com')
const jid = fc.constantFrom('ann@example.com/a', 'ben@example.com/b', 'cem@example.com/c')
const nick = fc.constantFrom('Ann', 'Ben', 'Cem')
const role = fc.constantFrom('participant' as const, 'moderator' as const)
const email = fc.constantFrom('ann@example.com', 'ben@example.com')
const text = fc.constantFrom('left', 'kicked')

const bootId = fc.constantFrom('boot1', 'boot2')
const count = fc.integer({ min: 0, max: 3 })

const occupant = fc.record({ jid, nick, role, email: fc.option(email), at }).map(present)
const occupants = fc.uniqueArray(occupant, { selector: ({ jid }) => jid, maxLength: 3 })
const room = fc.record({ session, jid: roomJid, at, occupants }).map(listed)
const rooms = fc
  .uniqueArray(room, { selector: ({ jid }) => jid, maxLength: 2 })
  .filter((list) => new Set(list.map(({ session }) => session)).size === list.length)

const span = fc.tuple(instant, fc.integer({ min: 0, max: 40 })).map(([from, seconds]) => ({
  from,
  to: from + seconds * 1_000,
}))
const toldStays = (howMany: object) =>
  fc.array(
    fc
      .record({ jid, nick, span, left: fc.boolean() })
      .map(({ jid, nick, span, left }) =>
        told({ jid, nick, joinedAt: span.from, leftAt: left ? span.to : null }),
      ),
    howMany,
  )
const toldStay = fc
  .record({ jid: roomJid, stays: toldStays({ minLength: 1, maxLength: 1 }), at })
  .map((said) => tell(said))
const toldRoom = fc
  .record({ jid: roomJid, span, ended: fc.boolean(), stays: toldStays({ maxLength: 3 }), at })
  .map(({ span, ended, stays, ...said }) => {
    const [createdAt, endedAt] = [span.from, ended ? span.to : null]
    return tell({ ...said, createdAt, endedAt, stays: ended ? stays : [] })
  })

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
  { weight: 1, arbitrary: fc.record({ bootId, rooms: count, occupants: count, at }).map(heartbeat) },
  { weight: 2, arbitrary: fc.record({ bootId, rooms, at }).map(sync) },
  { weight: 2, arbitrary: fc.record({ silentSince: instant }).map(expire) },
  { weight: 6, arbitrary: fc.oneof(toldStay, toldRoom) },
)

const step = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 1, arbitrary: fc.integer({ min: -30, max: -1 }) },
)

/** The clock of arrival mostly goes forward, and is now and then set back. */
export const arrivals = fc
  // Without a size the generator stops at about ten commands, too few to meet.
  .array(fc.record({ command, step }), { maxLength: 100, size: 'max' })
  .map((list) => {
    let receivedAt = T0
    return list.map(({ command, step }) => ({ command, receivedAt: (receivedAt += step * 1_000) }))
  })
