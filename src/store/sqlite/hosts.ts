// What is known of each MUC host: held in memory, written once a commit however many commands were about it.
import type { Host } from '../../ledger/host.ts'
import type { Db } from './open.ts'

/** As a row: SQLite knows no booleans. */
export type HostRow = Omit<Host, 'inSync'> & { inSync: number | null }

export const HOST = `name, boot_id as bootId, contact_at as contactAt, heartbeat_at as heartbeatAt,
  alive_at as aliveAt, in_sync as inSync, lag, live_rooms as liveRooms, live_occupants as liveOccupants,
  received, refused, late, repaired`

export type Hosts = {
  get(name: string): Host | undefined
  set(host: Host): void
  /** After its row was deleted. */
  forget(name: string): void
  /** Writes what was set since the last commit; before the transaction commits. */
  write(): void
  /** What was written is on disk. */
  committed(): void
  /** Forgets what was set since the last commit. */
  rolledBack(): void
}

export function createHosts(db: Db): Hosts {
  const known = new Map(
    db
      .prepare<[], HostRow>(`select ${HOST} from hosts`)
      .all()
      .map((row) => [row.name, toHost(row)]),
  )
  const changed = new Map<string, Host>()
  const write = db.prepare<HostRow>(
    `insert into hosts values (:name, :bootId, :contactAt, :heartbeatAt, :aliveAt, :inSync, :lag, :liveRooms,
       :liveOccupants, :received, :refused, :late, :repaired)
     on conflict (name) do update set boot_id = :bootId, contact_at = :contactAt, heartbeat_at = :heartbeatAt,
       alive_at = :aliveAt, in_sync = :inSync, lag = :lag, live_rooms = :liveRooms,
       live_occupants = :liveOccupants, received = :received, refused = :refused, late = :late,
       repaired = :repaired`,
  )

  return {
    get: (name) => changed.get(name) ?? known.get(name),
    set: (host) => void changed.set(host.name, host),
    forget: (name) => void known.delete(name),
    write() {
      for (const host of changed.values()) write.run(toRow(host))
    },
    committed() {
      for (const host of changed.values()) known.set(host.name, host)
      changed.clear()
    },
    rolledBack: () => changed.clear(),
  }
}

export function toHost(row: HostRow): Host {
  return { ...row, inSync: row.inSync === null ? null : row.inSync === 1 }
}

function toRow(host: Host): HostRow {
  return { ...host, inSync: host.inSync === null ? null : Number(host.inSync) }
}
