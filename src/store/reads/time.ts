// Which rooms and stays a question about time means.
import type { RoomState, Times } from '../store.ts'
import { raw, sql, type Dialect, type Sql } from './sql.ts'

/** A live room ends after all others: the largest number that is exact in JavaScript. */
export const NEVER = Number.MAX_SAFE_INTEGER
/** As the index has it. */
export const ENDS = sql`coalesce(r.ended_at, ${raw(`${NEVER}`)})`
const LEAVES = sql`coalesce(o.left_at, ${raw(`${NEVER}`)})`

/** Rooms `r` of this state at that time. */
export function roomsThen(dialect: Dialect, state: RoomState, times: Times): Sql[] {
  const { at = null, from = null } = times
  // The latest instant at which every one of them was going on, or before which it had not ended.
  const lasting = Math.max(from ?? -1, state === 'live' ? (at ?? -1) : -1)
  return [
    ...during(sql`r.created_at`, ENDS, sql`r.ended_at`, state, times),
    ...(lasting >= 0 ? [notBefore(dialect, lasting)] : []),
  ]
}

/** Stays `o` of this state at that time. */
export function staysThen(state: RoomState, times: Times): Sql[] {
  return during(sql`o.joined_at`, LEAVES, sql`o.left_at`, state, times)
}

function during(begin: Sql, end: Sql, known: Sql, state: RoomState, times: Times): Sql[] {
  const { at = null, from = null, to = null } = times
  const conditions: Sql[] = []
  if (at === null) {
    if (state === 'live') conditions.push(sql`${known} is null`)
    if (state === 'ended') conditions.push(sql`${known} is not null`)
  } else {
    conditions.push(sql`${begin} <= ${at}`)
    if (state === 'live') conditions.push(sql`${end} > ${at}`)
    if (state === 'ended') conditions.push(sql`${end} <= ${at}`)
  }
  if (to !== null) conditions.push(sql`${begin} < ${to}`)
  // What ended in the millisecond of its beginning was there all the same.
  if (from !== null) conditions.push(sql`(${end} > ${from} or ${begin} = ${from})`)
  return conditions
}

/**
 * What was going on at an instant began no earlier than the longest room before it, or else is live: without that, an
 * instant long ago would be looked for in all the rooms before it.
 */
export function notBefore({ least }: Dialect, instant: number): Sql {
  const longest = sql`coalesce((select ended_at - created_at from rooms where ended_at is not null
    order by ended_at - created_at desc limit 1), 0)`
  const oldest = sql`coalesce((select created_at from rooms where ended_at is null order by created_at limit 1),
    ${raw(`${NEVER}`)})`
  return sql`r.created_at >= ${least(sql`${instant} - ${longest}`, oldest)}`
}
