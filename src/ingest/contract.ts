// The five endpoints that Prosody calls: what each takes, the command it means, and its answers to the byte.
import type { Static, TObject } from 'typebox'
import type { Report } from '../ledger/command.ts'
import type { ReportVerdict, VerdictOf } from '../ledger/verdict.ts'
import * as fields from './fields.ts'
import { checker } from './check.ts'
import { instant, known, profile } from './fields.ts'
import { identifier } from './identifier.ts'

export type Reply = { status: number; body: string }

type Described<T extends Report['type'], Path extends TObject, Body extends TObject> = {
  type: T
  method: 'POST' | 'PUT' | 'DELETE'
  /** Ends in `*` where everything after it is an identifier; `path` is what that must be. */
  url: string
  path?: Path
  body: Body
  command: (path: Static<Path>, body: Static<Body>) => Of<T>
  replies: Record<VerdictOf<Of<T>>, Reply>
  invalid: Reply
}
type Of<T extends Report['type']> = Extract<Report, { type: T }>

const invalidRoom = reply(422, 'invalid', 'room inputs validation fail')
const invalidOccupant = reply(422, 'invalid', 'occupant inputs validation fail')
const duplicateRoom = reply(400, 'duplicate', 'room already exist with same session ID')
const noOccupant = reply(400, 'no-occupant', 'Cannot find occupant with jid')

const createRoom = endpoint({
  type: 'create-room',
  method: 'POST',
  url: '/api/v1/rooms',
  body: fields.RoomCreate,
  command: (_, { session, jid, name, kind, parentJid, at }) => ({
    type: 'create-room',
    session,
    jid,
    name,
    kind: known(kind),
    parentJid: known(parentJid),
    at: instant(at),
  }),
  replies: {
    success: reply(200, 'success', 'room created successfully'),
    duplicate: duplicateRoom,
  },
  invalid: invalidRoom,
})

const endRoom = endpoint({
  type: 'end-room',
  method: 'DELETE',
  url: '/api/v1/rooms/*',
  path: fields.SessionPath,
  body: fields.RoomEnd,
  command: ({ session }, { jid, reason, at }) => ({
    type: 'end-room',
    session,
    jid,
    reason: known(reason),
    at: instant(at),
  }),
  replies: {
    success: reply(200, 'success', 'room ended successfully'),
    duplicate: duplicateRoom,
    'no-room': reply(404, 'no-room', 'room record with session not exist'),
  },
  invalid: invalidRoom,
})

const createOccupant = endpoint({
  type: 'join',
  method: 'POST',
  url: '/api/v1/occupants',
  body: fields.OccupantCreate,
  command: (_, { jid, roomJid, at, ...rest }) => ({
    type: 'join',
    jid,
    roomJid,
    at: instant(at),
    ...profile(rest),
  }),
  replies: {
    success: reply(200, 'success', 'occupant created successfully'),
    duplicate: reply(400, 'duplicate', 'occupant already exist with same JID'),
    'no-room': reply(400, 'no-room', 'Cannot find room with roomJid'),
  },
  invalid: invalidOccupant,
})

const updateOccupant = endpoint({
  type: 'update',
  method: 'PUT',
  url: '/api/v1/occupants/*',
  path: fields.JidPath,
  body: fields.OccupantUpdate,
  command: ({ jid }, { roomJid, nick, role, email, at }) => ({
    type: 'update',
    jid,
    roomJid,
    nick: known(nick),
    role: known(role),
    email: known(email),
    at: instant(at),
  }),
  replies: {
    success: reply(200, 'success', 'occupant updated successfully'),
    'no-occupant': noOccupant,
  },
  invalid: invalidOccupant,
})

const destroyOccupant = endpoint({
  type: 'leave',
  method: 'DELETE',
  url: '/api/v1/occupants/*',
  path: fields.JidPath,
  body: fields.OccupantDestroy,
  command: ({ jid }, { roomJid, reason, at }) => ({
    type: 'leave',
    jid,
    roomJid,
    reason: known(reason),
    at: instant(at),
  }),
  replies: {
    success: reply(200, 'success', 'occupant destroyed successfully'),
    'no-occupant': noOccupant,
  },
  invalid: invalidOccupant,
})

export const contract = [createRoom, endRoom, createOccupant, updateOccupant, destroyOccupant]

/** Written out once: the seed's bodies are frozen to the byte. */
export function reply(status: number, word: string, message: string): Reply {
  return { status, body: JSON.stringify({ status: word, message }) }
}

export type Endpoint = {
  type: Report['type']
  method: string
  url: string
  path: TObject | undefined
  body: TObject
  /** What a call means. `url` is as it came, not decoded. Throws InvalidInput. */
  understand(url: string, body: unknown): Report
  replies: Record<ReportVerdict, Reply>
  invalid: Reply
}

/** Ties the types of one endpoint together, then lets the five stand in one list. */
function endpoint<T extends Report['type'], Path extends TObject, Body extends TObject>(
  described: Described<T, Path, Body>,
): Endpoint {
  const { type, method, url, path, body, command, replies, invalid } = described
  const checkBody = checker(body, 'body')
  const name = path && Object.keys(path.properties)[0]
  const checkPath = path && checker(path, 'path')
  const prefix = url.replace('*', '')
  return {
    type,
    method,
    url,
    path,
    body,
    understand(from, sent) {
      const found = name && checkPath ? checkPath({ [name]: identifier(from, prefix) }) : {}
      return command(found as Static<Path>, checkBody(sent))
    },
    // Complete for the verdicts that the command can meet: `Described` has checked it.
    replies: replies as Record<ReportVerdict, Reply>,
    invalid,
  }
}
