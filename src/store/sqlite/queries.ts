// What is asked of the tables: the read half of the store, on a connection that cannot write.
import type { Host } from '../../ledger/host.ts'
import { createReads } from '../reads/reads.ts'
import type {
  ClientsQuery,
  MeetingsQuery,
  OccupantsQuery,
  PeopleQuery,
  RoomsQuery,
  StatsQuery,
  StaysQuery,
} from '../store.ts'
import { createRun, sqliteDialect } from './dialect.ts'
import { createEventQueries } from './events.ts'
import { HOST, toHost, type HostRow } from './hosts.ts'
import type { Db } from './open.ts'

export function createQueries(db: Db) {
  const run = createRun(db)
  const reads = createReads(sqliteDialect)

  const hosts = db.prepare<[], HostRow>(`select ${HOST} from hosts order by name`)

  return {
    rooms: (query: RoomsQuery) => run(reads.rooms(query)),
    room: ({ session, at }: { session: string; at: number | null }) => run(reads.room(session, at)),
    occupants: (query: OccupantsQuery) => run(reads.occupants(query)),
    stays: (query: StaysQuery) => run(reads.stays(query)),
    people: (query: PeopleQuery) => run(reads.people(query)),
    person: (query: { id: string; now: number }) => run(reads.person(query)),
    meetingsOf: (query: MeetingsQuery) => run(reads.meetingsOf(query)),
    stats: (query: StatsQuery) => run(reads.stats(query)),
    clients: (query: ClientsQuery) => run(reads.clients(query)),

    ...createEventQueries(db),

    hosts: (): Host[] => hosts.all().map(toHost),

    ready(): void {
      run(reads.room(''))
    },
  }
}
