// Removes the demo, inside one transaction of the writer.
import { DEMO_HOST } from '../../ledger/demo.ts'
import type { Removed } from '../store.ts'
import type { Db } from './open.ts'

const ROOMS = 'select id from rooms where host = :host'

/**
 * A seq is never given twice, and who follows the log holds on to the last one they saw: so the last row of the log stays,
 * emptied, if it is the demo's. Its room is gone, and without it no question shows it.
 *
 * Joins wait meanwhile: about a second for 90,000 events. Only the log from the demo's first room on is looked through.
 */
export function createDemo(db: Db) {
  const lastSeq = 'select max(seq) from events'
  const since = '(select min(id) from rooms where host = :host)'
  const keep = db.prepare(`update events set data = '{}' where seq = (${lastSeq}) and room in (${ROOMS})`)
  const events = db.prepare(
    `delete from events where seq >= ${since} and seq < (${lastSeq}) and room in (${ROOMS})`,
  )
  const stays = db.prepare(`delete from occupants where room in (${ROOMS})`)
  const rooms = db.prepare('delete from rooms where host = :host')
  // Whoever was in the demo alone.
  const people = db.prepare(
    'delete from people where not exists (select 1 from occupants where person = people.id)',
  )
  const hosts = db.prepare('delete from hosts where name = :host')

  return (): Removed => {
    const host = { host: DEMO_HOST }
    keep.run(host)
    const removed = {
      events: events.run(host).changes,
      stays: stays.run(host).changes,
      rooms: rooms.run(host).changes,
    }
    people.run()
    hosts.run(host)
    return removed
  }
}
