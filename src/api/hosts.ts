// The MUC hosts: when each was last heard, and whether the ledger agrees with it.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { Host } from '../ledger/host.ts'
import { HostsQuery, listHosts, type ShownHost } from './host-schema.ts'
import type { ReadOptions } from './options.ts'
import { rfc3339 } from './rfc3339.ts'

const checkQuery = checker(HostsQuery, 'query')

export function hostRoutes(app: FastifyInstance, { store, lease, now }: ReadOptions): void {
  app.get('/api/v1/hosts', { config: { access: 'read', describes: [listHosts] } }, async ({ query }) => {
    checkQuery(query)
    return { hosts: (await store.hosts()).map((host) => showHost(host, now() - lease)) }
  })
}

function showHost(host: Host, silentBefore: number): ShownHost {
  const { name, contactAt, heartbeatAt, inSync, lag, liveRooms, liveOccupants } = host
  const { received, refused, late, repaired } = host
  return {
    host: name,
    lastContact: rfc3339(contactAt),
    lastHeartbeat: rfc3339(heartbeatAt),
    // Without heartbeats nobody can tell silence from peace.
    silent: heartbeatAt === null ? null : contactAt < silentBefore,
    inSync,
    lagMs: lag,
    rooms: liveRooms,
    occupants: liveOccupants,
    received,
    refused,
    late,
    repaired,
  }
}
