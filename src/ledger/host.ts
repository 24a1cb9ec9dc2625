// What is known of a MUC host: when it was last heard, whether the ledger agrees with it, and what it sent.
import type { Command } from './command.ts'
import { domainOf } from './jid.ts'

export type Host = {
  name: string
  /** The process whose snapshot was taken last; null before the first. */
  bootId: string | null
  /** When anything of it last arrived, epoch ms of the server. */
  contactAt: number
  /** When a heartbeat last arrived; null: never, so it has no lease. */
  heartbeatAt: number | null
  /** The last instant at which it is known to have been alive, by its own clock: where inferred ends are put. */
  aliveAt: number
  /** Whether its last heartbeat or snapshot left both in agreement; null before the first. */
  inSync: boolean | null
  /** How long after it happened the last word arrived, ms; the difference of the clocks is in it. Null: unknown. */
  lag: number | null
  liveRooms: number
  liveOccupants: number
  /** Counted since the first contact: reports judged, those of them refused, those that were late. */
  received: number
  refused: number
  late: number
  /** Events that only a snapshot brought to light. */
  repaired: number
}

/** The MUC service: the domain of a room's JID (RFC 7622, section 3.2). */
export function hostOf(roomJid: string): string {
  return domainOf(roomJid)
}

/** The host that a command is about; every command is about exactly one. */
export function hostNamed(command: Command): string {
  switch (command.type) {
    case 'create-room':
    case 'end-room':
    case 'tell':
      return hostOf(command.jid)
    case 'join':
    case 'update':
    case 'leave':
      return hostOf(command.roomJid)
    default:
      return command.host
  }
}

/** How much is live on all of these hosts. */
export function liveOn(hosts: Host[]): { rooms: number; occupants: number } {
  return {
    rooms: hosts.reduce((sum, { liveRooms }) => sum + liveRooms, 0),
    occupants: hosts.reduce((sum, { liveOccupants }) => sum + liveOccupants, 0),
  }
}
