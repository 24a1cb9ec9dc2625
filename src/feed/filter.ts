// Whether an event fits a filter, as the stores' SQL says it too (test/store/events.ts holds them to one another).
import { hostOf } from '../ledger/host.ts'
import type { EventFilter, EventRecord } from '../store/store.ts'

export function fits({ session, roomJid, host, types }: EventFilter, event: EventRecord): boolean {
  return (
    (session === null || event.session === session) &&
    (roomJid === null || event.roomJid === roomJid) &&
    (host === null || hostOf(event.roomJid) === host) &&
    (types === null || types.includes(event.type))
  )
}
