// What changes during a stay: nick, role and email, each with a time of its own.
import type { Changes } from './command.ts'
import type { OccupantUpdated, StayId } from './event.ts'
import type { Stay } from './state.ts'

/** Said again with the value it had: nothing happened, yet an older update must no longer overwrite it. */
export type Confirmed = { stay: StayId; at: number; fields: Changeable[] }
export type Changeable = (typeof CHANGEABLE)[number]

const CHANGEABLE = ['nick', 'role', 'email'] as const satisfies (keyof Changes)[]

/** `at`: when it was said, null where nobody told; `now`: when that arrived. */
export function changing(
  stay: Stay,
  changes: Changes,
  at: number | null,
  now: number,
): { events: OccupantUpdated[]; confirmed?: Confirmed } {
  // An old update that was delivered late does not overwrite what was said after it.
  const said = CHANGEABLE.filter(
    (field) => changes[field] !== null && (at === null || at >= stay[`${field}At`]),
  )
  // Without `at` the order of arrival decides, and the arrival clock may have been set back since.
  const when = at ?? Math.max(now, ...said.map((field) => stay[`${field}At`]))
  const changed = said.filter((field) => changes[field] !== stay[field])
  const confirmed = said.filter((field) => changes[field] === stay[field])
  return {
    events: changed.length === 0 ? [] : [updating(stay, when, changed, changes)],
    ...(confirmed.length > 0 && { confirmed: { stay: stay.id, at: when, fields: confirmed } }),
  }
}

function updating(stay: Stay, at: number, fields: Changeable[], said: Changes): OccupantUpdated {
  const changes = Object.fromEntries(
    fields.map((field) => [field, said[field]]),
  ) as OccupantUpdated['changes']
  const { id, room, jid } = stay
  return { type: 'occupant.updated', at, inferred: false, room, stay: id, jid, changes }
}
