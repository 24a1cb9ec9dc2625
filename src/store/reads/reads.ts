// Every question that is the same on each engine but for a few words.
import { createClientReads } from './clients.ts'
import { createPeopleReads } from './people.ts'
import { createRoomReads } from './rooms.ts'
import type { Dialect } from './sql.ts'
import { createStatsReads } from './stats.ts'
import { createStayReads } from './stays.ts'

export function createReads(dialect: Dialect) {
  return {
    ...createRoomReads(dialect),
    ...createStayReads(dialect),
    ...createPeopleReads(dialect),
    ...createStatsReads(dialect),
    ...createClientReads(dialect),
  }
}
