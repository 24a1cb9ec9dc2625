// Removes the demo: one transaction, while nobody else writes. See ../sqlite/demo.ts for the row that stays.
import { DEMO_HOST } from '../../ledger/demo.ts'
import type { Removed } from '../store.ts'
import { connect, type PostgresOptions } from './connection.ts'
import { LOCK_LOG } from './locks.ts'

const ROOMS = 'select id from rooms where host = $1'
const LAST_SEQ = 'select max(seq) from events'
/** Named in a list of CTEs, all of them see the tables as they were before. */
const REMOVE = `with
  kept as (update events set data = '{}' where seq = (${LAST_SEQ}) and room in (${ROOMS})),
  gone_events as (delete from events where seq >= (select min(id) from rooms where host = $1)
    and seq < (${LAST_SEQ}) and room in (${ROOMS}) returning 1),
  gone_stays as (delete from occupants where room in (${ROOMS}) returning 1),
  gone_rooms as (delete from rooms where host = $1 returning 1),
  gone_hosts as (delete from hosts where name = $1)
  select (select count(*) from gone_rooms) as rooms, (select count(*) from gone_stays) as stays,
    (select count(*) from gone_events) as events`

/** Whoever was in the demo alone. A statement of its own: the one before sees the stays as they were. */
const FORGET = 'delete from people p where not exists (select from occupants where person = p.id)'

/** On a connection of its own: those of the store give up after seconds, and a large demo may take longer. */
export async function removeDemo(options: PostgresOptions): Promise<Removed> {
  const connection = await connect(options, { purpose: 'demo' })
  try {
    await connection.ask('begin', 'begin isolation level read committed')
    await connection.ask('lock', LOCK_LOG, [options.schema])
    const [removed] = await connection.ask<Removed>('remove', REMOVE, [DEMO_HOST])
    await connection.ask('forget', FORGET)
    await connection.commit()
    return removed ?? { rooms: 0, stays: 0, events: 0 }
  } finally {
    await connection.end()
  }
}
