// The world as it was at an instant, by what is known of it today: what ended later was still going on.

type Ending = { endedAt: number | null; endReason: string | null; inferred: boolean }
type Leaving = { leftAt: number | null; leaveReason: string | null; inferred: boolean }

/** A room as it was; it must have begun by then. `at`: epoch ms, null for now. */
export function roomAt<T extends Ending>(room: T, at: number | null): T {
  if (at === null || room.endedAt === null || room.endedAt <= at) return room
  return { ...room, endedAt: null, endReason: null, inferred: false }
}

/** A stay as it was; it must have begun by then. */
export function stayAt<T extends Leaving>(stay: T, at: number | null): T {
  if (at === null || stay.leftAt === null || stay.leftAt <= at) return stay
  return { ...stay, leftAt: null, leaveReason: null, inferred: false }
}
