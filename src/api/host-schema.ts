// The MUC hosts: what is answered, and how the document describes it.
import Type, { type Static } from 'typebox'
import { json, orNull, type Operation } from '../operation.ts'
import { queryOf } from './query.ts'
import { Time } from './time.ts'

export const HostsQuery = queryOf({})

const count = (description: string) => Type.Integer({ minimum: 0, description })

const Host = Type.Object(
  {
    host: Type.String({ description: "The domain of its rooms' JIDs." }),
    lastContact: Time,
    lastHeartbeat: orNull(Time),
    silent: orNull(
      Type.Boolean({ description: 'Nothing was heard for longer than the lease; null without heartbeats.' }),
    ),
    inSync: orNull(
      Type.Boolean({
        description: 'Whether its last heartbeat or snapshot agreed with the ledger; null before the first.',
      }),
    ),
    lagMs: orNull(
      Type.Integer({
        description:
          'From what its last word tells of to its arrival, the difference of the two clocks included; null where ' +
          'nothing it said had a time.',
      }),
    ),
    rooms: count('Live now.'),
    occupants: count('Live now, services included.'),
    received: count('Reports judged since the first contact.'),
    refused: count('Those that were no success.'),
    late: count('Those that arrived more than 30 seconds after what they tell of.'),
    repaired: count('Events that only a snapshot brought to light.'),
  },
  { title: 'Host' },
)

export type ShownHost = Static<typeof Host>

export const listHosts: Operation = {
  id: 'listHosts',
  tag: 'Hosts',
  summary: 'Every MUC host that something was taken from, by name',
  query: HostsQuery,
  answers: { 200: json('All of them.', Type.Object({ hosts: Type.Array(Host) })) },
  examples: {
    one: {
      status: 200,
      answer: {
        hosts: [
          {
            host: 'conference.example.com',
            lastContact: '2026-11-22T10:00:00.000Z',
            lastHeartbeat: '2026-11-22T10:00:00.000Z',
            silent: false,
            inSync: true,
            lagMs: 2_699_000,
            rooms: 1,
            occupants: 1,
            received: 9,
            refused: 5,
            late: 7,
            repaired: 1,
          },
        ],
      },
    },
  },
}
