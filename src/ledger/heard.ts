// What a command tells of the host that it comes from, beside what it asks for.
import { reported } from './at.ts'
import type { Command, Heartbeat, Sync } from './command.ts'
import type { Decision } from './decision.ts'
import type { LedgerEvent } from './event.ts'
import { hostNamed, type Host } from './host.ts'
import type { State } from './state.ts'

/** A report that arrives this long after it happened was waiting somewhere, ms: no clock in order explains it. */
const LATE = 30_000

/**
 * The host after this command was judged; undefined where nothing is to be kept of it: an unknown host comes into
 * being with its first room, heartbeat or snapshot, not with a report that was refused.
 */
export function heard(state: State, command: Command, decision: Decision, now: number): Host | undefined {
  const name = hostNamed(command)
  const known = state.host(name)
  const done = decision.verdict === 'success' || typeof decision.verdict === 'object'
  if (!done && (!known || command.type === 'expire')) return undefined
  const host = { ...(known ?? unheard(name, now)) }
  count(host, decision.events)
  if (command.type === 'expire') {
    host.inSync = false
    return host
  }
  const told = reported(command.at, now)
  host.contactAt = Math.max(host.contactAt, now)
  if (told !== null) host.lag = now - told
  if (command.type === 'heartbeat') beat(host, command, decision, told ?? now, now)
  else if (command.type === 'sync') agree(host, command, decision, told ?? now)
  else {
    host.received += 1
    if (!done) host.refused += 1
    if (told !== null && now - told > LATE) host.late += 1
    host.aliveAt = Math.max(host.aliveAt, told ?? now)
  }
  return host
}

function beat(host: Host, { bootId }: Heartbeat, { verdict }: Decision, at: number, now: number): void {
  host.heartbeatAt = Math.max(host.heartbeatAt ?? 0, now)
  host.inSync = typeof verdict === 'object' && 'inSync' in verdict && verdict.inSync
  // A process that has not sent its snapshot yet says nothing of what was live before it began.
  if (host.bootId === bootId) host.aliveAt = Math.max(host.aliveAt, at)
}

function agree(host: Host, { bootId }: Sync, { verdict, events }: Decision, at: number): void {
  if (typeof verdict !== 'object') return
  host.bootId = bootId
  host.inSync = true
  host.repaired += events.length
  // Not the later of the two: all that is live has just been said again, also by a clock that was set back.
  host.aliveAt = at
}

function count(host: Host, events: LedgerEvent[]): void {
  for (const event of events) {
    switch (event.type) {
      case 'room.created':
        host.liveRooms += 1
        break
      case 'room.ended':
        host.liveRooms -= 1
        break
      case 'room.corrected':
        if (event.endedAt === null) host.liveRooms += 1
        break
      case 'occupant.joined':
        host.liveOccupants += 1
        break
      case 'occupant.left':
        host.liveOccupants -= 1
        break
      case 'occupant.corrected':
        if (event.leftAt === null) host.liveOccupants += 1
        break
    }
  }
}

function unheard(name: string, now: number): Host {
  const counters = { liveRooms: 0, liveOccupants: 0, received: 0, refused: 0, late: 0, repaired: 0 }
  return {
    name,
    bootId: null,
    contactAt: now,
    heartbeatAt: null,
    aliveAt: 0,
    inSync: null,
    lag: null,
    ...counters,
  }
}
