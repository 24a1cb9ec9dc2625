// A sender lists everything that is live on it, and the ledger comes to agree: whole or not at all.
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { ListedOccupant, ListedRoom, Sync } from '../ledger/command.ts'
import { hostOf } from '../ledger/host.ts'
import { checkerOfMany } from './check.ts'
import * as fields from './fields.ts'
import { instant, known, profile } from './fields.ts'
import { InvalidInput } from './invalid.ts'
import { KEY_REUSED, keyOf } from './key.ts'
import type { IngestOptions } from './options.ts'

/** Some 200,000 occupants at once. */
const BODY_LIMIT = 64 * 1024 * 1024

const checkSnapshot = checkerOfMany(fields.Snapshot, 'body')

export function syncRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sync',
    bodyLimit: BODY_LIMIT,
    config: { access: 'ingest' },
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
