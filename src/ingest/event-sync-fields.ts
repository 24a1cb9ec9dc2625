// What the Prosody plugin event_sync sends, and what it means.
import { hash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { Tell, ToldStay } from '../ledger/command.ts'
import { domainOf, localpartOf } from '../ledger/jid.ts'
import { TOLD } from '../ledger/told.ts'
import { checker } from './check.ts'
import * as fields from './fields.ts'
import { InvalidInput } from './invalid.ts'

/** Whole seconds since 1970, to the end of the year 9999. */
const Second = Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: 'Seconds since 1970.' })
const Room = {
  room_jid: Type.String({
    ...fields.RoomJid,
    description: 'The JID of the room; for a breakout room, of its main room.',
  }),
  is_breakout: Type.Optional(Type.Boolean()),
  breakout_room_id: Type.Optional(
    Type.String({ ...fields.Jid, description: 'The local part of the JID of a breakout room.' }),
  ),
}
/** What a token says of its user; it may say anything. */
const said = Type.Optional(
  Type.Unknown({ description: 'As the token says; where it is no text, it is not known.' }),
)
const Occupant = Type.Object({
  occupant_jid: fields.Jid,
  joined_at: Second,
  left_at: Type.Optional(Second),
  id: said,
  name: said,
  email: said,
  avatar: said,
})
const checkOccupant = checker(Occupant, 'body')

/** Entries of all_occupants: a JID that came back is one entry, and 4 MiB hold fewer. */
const LISTED = 20_000

/** What is posted, by the end of the path. */
export const BODIES = {
  'room/created': Type.Object({ ...Room, created_at: Second }),
  'room/destroyed': Type.Object({
    ...Room,
    created_at: Second,
    destroyed_at: Second,
    all_occupants: Type.Optional(
      Type.Unknown({ description: 'A list of occupants; Prosody encodes an empty one as `{}`.' }),
    ),
  }),
  'occupant/joined': Type.Object({ ...Room, occupant: Occupant }),
  'occupant/left': Type.Object({ ...Room, occupant: Occupant }),
}

const checks = {
  'room/created': checker(BODIES['room/created'], 'body'),
  'room/destroyed': checker(BODIES['room/destroyed'], 'body'),
  'occupant/joined': checker(BODIES['occupant/joined'], 'body'),
  'occupant/left': checker(BODIES['occupant/left'], 'body'),
}

export type Message = keyof typeof BODIES
export const MESSAGES = Object.keys(BODIES) as Message[]

/** `leftOut`: entries of a list that say nothing. Throws InvalidInput. */
export function understand(message: Message, body: unknown): { command: Tell; leftOut: number } {
  switch (message) {
    case 'room/created': {
      const sent = checks[message](body)
      const createdAt = instant(sent.created_at)
      return { command: { ...roomOf(sent), at: createdAt, createdAt, endedAt: null, stays: [] }, leftOut: 0 }
    }
    case 'room/destroyed': {
      const sent = checks[message](body)
      const listed = listOf(sent.all_occupants)
      const stays = listed.slice(0, LISTED).flatMap(listedStay)
      const [createdAt, endedAt] = [instant(sent.created_at), instant(sent.destroyed_at)]
      const command = { ...roomOf(sent), at: endedAt, createdAt, endedAt, stays }
      return { command, leftOut: listed.length - stays.length }
    }
    case 'occupant/joined':
    case 'occupant/left': {
      const sent = checks[message](body)
      const stay = stayOf(sent.occupant)
      const at = stay.leftAt ?? stay.joinedAt
      return { command: { ...roomOf(sent), at, createdAt: null, endedAt: null, stays: [stay] }, leftOut: 0 }
    }
  }
}

type SentRoom = { room_jid: string; is_breakout?: boolean; breakout_room_id?: string }

/** A breakout room is told with the JID and name of its main room, and the local part of its own. */
function roomOf({ room_jid: main, is_breakout: isBreakout, breakout_room_id: id }: SentRoom) {
  if (isBreakout !== true) return room(main, 'conference', null)
  if (id === undefined) throw new InvalidInput('breakout_room_id is required')
  return room(`${id}@${breakoutHost(domainOf(main))}`, 'breakout', main)
}

function room(jid: string, kind: 'conference' | 'breakout', parentJid: string | null) {
  return { type: 'tell' as const, jid, series: seriesOf(jid), name: localpartOf(jid), kind, parentJid }
}

/** As Jitsi names it: `conference.meet.example.com` and `breakout.meet.example.com`. */
function breakoutHost(host: string): string {
  const dot = host.indexOf('.')
  return `breakout.${host.slice(dot + 1)}`
}

/** A session may have 255 bytes, a JID 3,071. */
function seriesOf(jid: string): string {
  return `${TOLD}${Buffer.byteLength(jid) <= 200 ? jid : hash('sha256', jid, 'hex')}`
}

/** Prosody encodes an empty list as `{}`. */
function listOf(list: unknown): unknown[] {
  if (Array.isArray(list)) return list
  if (list === undefined || list === null) return []
  if (typeof list === 'object' && Object.keys(list).length === 0) return []
  throw new InvalidInput('all_occupants must be a list')
}

/** One entry that cannot be read must not cost the others. Who has no left_at was there until the end. */
function listedStay(entry: unknown): ToldStay[] {
  try {
    return [stayOf(checkOccupant(entry))]
  } catch (error) {
    if (error instanceof InvalidInput) return []
    throw error
  }
}

function stayOf(occupant: Static<typeof Occupant>): ToldStay {
  const { occupant_jid: jid, joined_at: joinedAt, left_at: leftAt, id, name, email, avatar } = occupant
  return {
    jid,
    joinedAt: instant(joinedAt),
    leftAt: leftAt === undefined ? null : instant(leftAt),
    // Nobody who came without a token has told a name; who they are in Prosody is all there is.
    nick: word(name, 1_023) ?? localpartOf(jid),
    role: 'participant',
    email: word(email, 320),
    avatar: word(avatar, 2_048),
    userAgent: null,
    ip: null,
    userId: word(id, 1_023),
  }
}

/** A token may say anything; what is no usable text is not known. */
function word(value: unknown, maxBytes: number): string | null {
  const text = typeof value === 'number' ? `${value}` : value
  if (typeof text !== 'string' || text === '' || !fields.isText(text)) return null
  return Buffer.byteLength(text) <= maxBytes ? text : null
}

function instant(second: number): number {
  return second * 1_000
}
