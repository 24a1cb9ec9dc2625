// The five endpoints as the document describes them: the answers are those of the contract, to the byte.
import Type, { type TSchema } from 'typebox'
import type { Report } from '../ledger/command.ts'
import type { VerdictOf } from '../ledger/verdict.ts'
import { json, words, type Answer, type Example, type Operation } from '../operation.ts'
import type { Endpoint, Reply } from './contract.ts'
import { KeyHeader } from './key.ts'
import { VALIDATION_ERROR } from './invalid.ts'

type Call = Pick<Example, 'params' | 'body'>
type Of<T extends Report['type']> = Extract<Report, { type: T }>
type Texts<T extends Report['type']> = Pick<Operation, 'id' | 'summary' | 'description'> & {
  /** A call for every verdict. */
  calls: Record<VerdictOf<Of<T>> | 'invalid', Call>
}

/** The operation of an endpoint: what it takes, every verdict with its body, and a call that gets it. */
export function describe({ type, url, path, body, replies, invalid }: Endpoint): Operation {
  const { calls, ...texts } = TEXTS[type]
  const met = Object.entries({ ...replies, invalid }).filter(([verdict]) => verdict in calls)
  const statuses = [...new Set(met.map(([, { status }]) => status))]
  return {
    ...texts,
    tag: 'Reports',
    ...(path && { path: url.replace('*', `{${Object.keys(path.properties)[0]}}`), params: path }),
    headers: KeyHeader,
    body,
    answers: Object.fromEntries(
      statuses.map((status) => [status, answer(met.filter(([, reply]) => reply.status === status))]),
    ),
    examples: Object.fromEntries(
      met.map(([verdict, reply]) => [
        verdict,
        { ...(calls as Record<string, Call>)[verdict], status: reply.status, answer: JSON.parse(reply.body) },
      ]),
    ),
  }
}

function answer(replies: [verdict: string, reply: Reply][]): Answer {
  const schemas: TSchema[] = replies.map(([, { body }]) => {
    const { status, message } = JSON.parse(body) as { status: string; message: string }
    return words(status, message)
  })
  const [verdict] = replies[0] ?? []
  const [only, ...others] = schemas
  return json(
    replies.map(([word]) => MEANINGS[word]).join(' Or: '),
    only && others.length === 0 ? only : Type.Union(schemas),
    verdict === 'invalid' ? VALIDATION_ERROR : undefined,
  )
}

const MEANINGS: Record<string, string> = {
  success: 'It is on disk.',
  duplicate: 'It has happened before; nothing changes.',
  'no-room': 'There is no such room; nothing changes.',
  'no-occupant': 'That JID is not in that live room now; nothing changes.',
  invalid: 'A field or the path breaks a rule; nothing changes.',
}

const jid = 'daily@conference.example.com'
const room = { name: 'daily', session: 's1', jid, at: '2026-11-22T09:00:00Z' }
const ann = { jid: 'ann@example.com/Ab 1', roomJid: jid, nick: 'Ann', role: 'moderator' }
const joined = { ...ann, email: 'ann@example.com', userId: 'u-17', at: '2026-11-22T09:00:05Z' }
const nobody = { jid: 'bob@example.com/tab' }

const TEXTS: { [T in Report['type']]: Texts<T> } = {
  'create-room': {
    id: 'createRoom',
    summary: 'A room is created',
    description:
      'A room JID has one live room. If one with another session is still live, its end was never reported: it is ' +
      'ended first, with reason `superseded`, and everybody in it leaves.',
    calls: {
      success: { body: room },
      duplicate: { body: room },
      invalid: { body: { ...room, name: '' } },
    },
  },
  'end-room': {
    id: 'endRoom',
    summary: 'A room ends',
    description: 'Everybody still in it leaves at the same instant, with reason `room-ended`.',
    calls: {
      success: { params: { session: 's1' }, body: { jid, at: '2026-11-22T09:30:00Z' } },
      duplicate: { params: { session: 's1' }, body: { jid } },
      'no-room': { params: { session: 's9' }, body: { jid } },
      invalid: { params: { session: 's1' }, body: {} },
    },
  },
  join: {
    id: 'createOccupant',
    summary: 'Somebody joins a room',
    description:
      'The same JID may be in two rooms at once, and may come back after leaving: that is a new stay.',
    calls: {
      success: { body: joined },
      duplicate: { body: joined },
      'no-room': { body: { ...joined, roomJid: 'weekly@conference.example.com' } },
      invalid: { body: { ...joined, role: 'owner' } },
    },
  },
  update: {
    id: 'updateOccupant',
    summary: 'An occupant has another nick, role or email',
    description:
      'What is not said keeps its value. If nothing changes, the answer is the same and no event is logged.',
    calls: {
      success: {
        params: { jid: ann.jid },
        body: { roomJid: jid, nick: 'Ann B.', at: '2026-11-22T09:10:00Z' },
      },
      'no-occupant': { params: nobody, body: { roomJid: jid, nick: 'Bob' } },
      invalid: { params: { jid: ann.jid }, body: { roomJid: jid, nick: 7 } },
    },
  },
  leave: {
    id: 'destroyOccupant',
    summary: 'An occupant leaves a room',
    calls: {
      success: {
        params: { jid: ann.jid },
        body: { roomJid: jid, reason: 'left', at: '2026-11-22T09:20:00Z' },
      },
      'no-occupant': { params: nobody, body: { roomJid: jid } },
      invalid: { params: { jid: ann.jid }, body: {} },
    },
  },
}
