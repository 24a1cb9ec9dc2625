// What people came with: the browsers and systems of their stays in a range of time.
import type { FastifyInstance } from 'fastify'
import { checker } from '../ingest/check.ts'
import type { ClientCounts } from '../store/store.ts'
import { clientOf } from './client.ts'
import { ClientsQuery, getClients, type ShownClientCount, type ShownClients } from './clients-schema.ts'
import type { ReadOptions } from './options.ts'
import { rfc3339 } from './rfc3339.ts'
import { rangeOf } from './time.ts'

const checkQuery = checker(ClientsQuery, 'query')

export function clientsRoutes(app: FastifyInstance, { store, now }: ReadOptions): void {
  app.get('/api/v1/clients', { config: { access: 'read', describes: [getClients] } }, async ({ query }) => {
    const { host = null, kind = null, ...asked } = checkQuery(query)
    const range = rangeOf(asked, now())
    const counts = await store.clients({ ...range, host, kind })
    return { from: rfc3339(range.from), to: rfc3339(range.to), ...show(counts) }
  })
}

function show({ stays, complete, texts }: ClientCounts): Omit<ShownClients, 'from' | 'to'> {
  const named = texts.reduce((sum, text) => sum + text.stays, 0)
  return { stays, complete, clients: byClient(texts), others: stays - named }
}

/** Many texts are one client: they differ in what nobody asks for. */
function byClient(texts: ClientCounts['texts']): ShownClientCount[] {
  const clients = new Map<string, ShownClientCount>()
  for (const { userAgent, stays } of texts) {
    const client = clientOf(userAgent)
    const key = JSON.stringify(client)
    const known = clients.get(key)
    if (known) known.stays += stays
    else clients.set(key, { ...client, stays })
  }
  return [...clients.values()].toSorted((one, other) => other.stays - one.stays)
}
