// The calls of event_sync as the document describes them.
import Type from 'typebox'
import { json, type Example, type Operation } from '../operation.ts'
import { BODIES, type Message } from './event-sync-fields.ts'

const Answer = Type.Object({
  status: Type.Enum(['success', 'ignored']),
  message: Type.String({ description: 'Where nothing was taken, why; where some of it was not, what.' }),
})

/** The operation of the route for this message. */
export function describe(message: Message): Operation {
  const { id, summary, examples } = TEXTS[message]
  return {
    id,
    tag: 'event_sync',
    summary,
    description:
      'Up to 4 MiB. In any order, and again, the events make the same ledger. What asking again cannot improve is 200, ' +
      'also where the body breaks a rule: the plugin would repeat it.',
    forgiving: true,
    body: BODIES[message],
    answers: { 200: json('Taken, or ignored.', Answer) },
    examples,
  }
}

const room = { room_jid: 'seminar@conference.example.com', is_breakout: false }
const occupant = { occupant_jid: 'cem@example.com/tab', joined_at: 1_795_338_060, name: 'Cem' }
const left = { ...occupant, left_at: 1_795_339_200 }
const taken = { status: 200, answer: { status: 'success', message: 'event taken' } }

const TEXTS: Record<Message, Pick<Operation, 'id' | 'summary'> & { examples: Record<string, Example> }> = {
  'room/created': {
    id: 'tellRoomCreated',
    summary: 'A room was created',
    examples: { taken: { body: { ...room, created_at: 1_795_338_000 }, ...taken } },
  },
  'room/destroyed': {
    id: 'tellRoomDestroyed',
    summary: 'A room was destroyed, with everyone who was ever in it',
    examples: {
      taken: {
        body: {
          ...room,
          created_at: 1_795_338_000,
          destroyed_at: 1_795_339_200,
          all_occupants: [left],
        },
        ...taken,
      },
    },
  },
  'occupant/joined': {
    id: 'tellOccupantJoined',
    summary: 'Somebody joined a room',
    examples: {
      taken: { body: { ...room, occupant }, ...taken },
      invalid: {
        body: room,
        status: 200,
        answer: { status: 'ignored', message: 'occupant is required' },
      },
    },
  },
  'occupant/left': {
    id: 'tellOccupantLeft',
    summary: 'Somebody left a room',
    examples: { taken: { body: { ...room, occupant: left }, ...taken } },
  },
}
