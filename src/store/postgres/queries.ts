// What is asked of the tables: the read half of the store.
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
import { createRun, postgresDialect, type Ask } from './dialect.ts'
import { createEventQueries } from './events.ts'
import { HOST } from './load.ts'

export function createQueries(ask: Ask) {
  const run = createRun(ask)
  const reads = createReads(postgresDialect)

  return {
    rooms: (query: RoomsQuery) => run(reads.rooms(query)),
    room: (session: string, at?: number | null) => run(reads.room(session, at)),
    occupants: (query: OccupantsQuery) => run(reads.occupants(query)),
    stays: (query: StaysQuery) => run(reads.stays(query)),
    people: (query: PeopleQuery) => run(reads.people(query)),
    person: (query: { id: string; now: number }) => run(reads.person(query)),
    meetingsOf: (query: MeetingsQuery) => run(reads.meetingsOf(query)),
    stats: (query: StatsQuery) => run(reads.stats(query)),
    clients: (query: ClientsQuery) => run(reads.clients(query)),

    ...createEventQueries(ask),

    hosts: (): Promise<Host[]> => ask<Host>('hosts', `select ${HOST} from hosts order by name collate "C"`),
  }
}
