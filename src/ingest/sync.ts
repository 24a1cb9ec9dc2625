// A sender lists everything that is live on it, and the ledger comes to agree: whole or not at all.
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ListedOccupant, ListedRoom, Sync } from '../ledger/command.ts'
import { hostOf } from '../ledger/host.ts'
import { json, type Operation } from '../operation.ts'
import { checkerOfMany } from './check.ts'
import * as fields from './fields.ts'
import { instant, known, profile } from './fields.ts'
import { InvalidInput } from './invalid.ts'
import { KEY_REUSED, KeyHeader, keyOf } from './key.ts'
import type { IngestOptions } from './options.ts'

/** Some 200,000 occupants at once. */
const BODY_LIMIT = 64 * 1024 * 1024

const checkSnapshot = checkerOfMany(fields.Snapshot, 'body')

const count = Type.Integer({ minimum: 0 })
const SyncAnswer = Type.Object({
  status: Type.Literal('success'),
  message: Type.Literal('the ledger agrees with the snapshot'),
  roomsCreated: count,
  roomsEnded: count,
  occupantsJoined: count,
  occupantsLeft: count,
})

const describes: Operation = {
  id: 'sync',
  tag: 'Agreement',
  summary: 'Everything that is live on a host',
  description:
    'Afterwards exactly that is live there. Up to 64 MiB, applied whole or not at all. What was live and is not listed ' +
    'ends with reason `lost`, marked as inferred, at the last instant at which the host is known to have been alive.',
  headers: KeyHeader,
  body: fields.Snapshot,
  answers: { 200: json('What had to change.', SyncAnswer) },
  examples: {
    taken: {
      body: {
        host: 'conference.example.com',
        bootId: 'b1',
        at: '2026-11-22T09:15:00Z',
        rooms: [
          {
            session: 's1',
            jid: 'daily@conference.example.com',
            name: 'daily',
            occupants: [
              {
                jid: 'ann@example.com/Ab 1',
                nick: 'Ann B.',
                role: 'moderator',
                email: 'ann@example.com',
                userId: 'u-17',
                at: '2026-11-22T09:00:05Z',
              },
            ],
          },
        ],
      },
      status: 200,
      answer: {
        status: 'success',
        message: 'the ledger agrees with the snapshot',
        roomsCreated: 0,
        roomsEnded: 1,
        occupantsJoined: 0,
        occupantsLeft: 0,
      },
    },
  },
}

export function syncRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sync',
    bodyLimit: BODY_LIMIT,
    config: { access: 'ingest', describes: [describes] },
    async handler({ body, headers, log }, reply) {
      const command = understand(checkSnapshot(body))
      const answer = await store.submit({ command, receivedAt: now(), key: keyOf(headers) })
      if (answer === 'key-reused') throw new InvalidInput(KEY_REUSED)
      if (answer === 'foreign-session') {
        throw new InvalidInput('rooms must not list a session that belongs to the room of another JID')
      }
      reply.verdict = 'success'
      log.info({ host: command.host, ...answer }, 'snapshot taken')
      return { status: 'success', message: 'the ledger agrees with the snapshot', ...answer }
    },
  })
}

function understand({ host, bootId, rooms, at }: Static<typeof fields.Snapshot>): Sync {
  for (const room of rooms) {
    if (hostOf(room.jid) !== host) throw new InvalidInput('rooms must be of the host')
    refuseTwice(room.occupants, ({ jid }) => jid, 'the JID of an occupant twice in one room')
  }
  refuseTwice(rooms, ({ session }) => session, 'a session twice')
  refuseTwice(rooms, ({ jid }) => jid, 'the JID of a room twice')
  return { type: 'sync', host, bootId, at: instant(at), rooms: rooms.map(toRoom) }
}

type Listed = Static<typeof fields.Snapshot>['rooms'][number]

function toRoom({ session, jid, name, kind, parentJid, at, occupants }: Listed): ListedRoom {
  const room = { session, jid, name, kind: known(kind), parentJid: known(parentJid), at: instant(at) }
  return { ...room, occupants: occupants.map(toOccupant) }
}

function toOccupant({ jid, at, ...rest }: Listed['occupants'][number]): ListedOccupant {
  return { jid, at: instant(at), ...profile(rest) }
}

function refuseTwice<T>(list: T[], name: (item: T) => string, what: string): void {
  if (new Set(list.map(name)).size < list.length) throw new InvalidInput(`rooms must not list ${what}`)
}
