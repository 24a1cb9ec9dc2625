// The parameters that lists share.
import Type, { type TProperties } from 'typebox'
import { text as characters } from '../ingest/fields.ts'
import { UNKNOWN_KIND } from '../ledger/stats.ts'
import type { KindOrUnknown, RoomState } from '../store/store.ts'

/** No control characters: nothing that was taken holds one, and PostgreSQL refuses to look for NUL. */
const text = (maxBytes: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, ...characters(maxBytes), description }))

/** Of the lists of rooms and stays. The limits are those of what is looked for. */
export const Wanted = {
  state: Type.Optional(
    Type.Unsafe<RoomState>({
      enum: ['live', 'ended', 'all'],
      description: 'Without it `all`; with `at`, `live`.',
    }),
  ),
  host: text(1_023, 'The MUC service.'),
  kind: Type.Optional(
    Type.Unsafe<KindOrUnknown>({
      enum: ['conference', 'breakout', 'lobby', UNKNOWN_KIND],
      description: 'Of this kind only; `unknown` where nobody said.',
    }),
  ),
  parent: text(3_071, 'The JID of the meeting that breakout rooms and lobbies belong to.'),
  person: text(64, 'The id of a person who was there.'),
}

/** An instant, read by instantOf() and timesOf(). */
export const instant = (description: string) => text(64, `${description} Epoch milliseconds or RFC 3339.`)
export const At = instant('The world as it was then, by what is known of it today.')
export const Period = {
  from: instant('What was going on at or after.'),
  to: instant('What was going on before.'),
}

export const partOf = (what: string) =>
  text(1_023, `A part of ${what}, without regard to case or to how a letter is written.`)
export const Session = text(255, 'One meeting.')
export const RoomJid = text(3_071, 'The JID of a room: every meeting that had it.')
export const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

/** These parameters, each at most once, and no others: a slip of the pen must not widen what is asked. */
export function queryOf<T extends TProperties>(properties: T) {
  return Type.Object(properties, { additionalProperties: false })
}

/** `-name` is the name backwards. */
export function sortOf<T extends string>(sort: T | `-${T}`): { sort: T; descending: boolean } {
  const descending = sort.startsWith('-')
  return { sort: (descending ? sort.slice(1) : sort) as T, descending }
}

/** Each of these, and each with `-` in front. */
export function sorts<T extends string>(names: readonly T[], usual: `-${NoInfer<T>}`) {
  const all = names.flatMap((name) => [name, `-${name}`] as const)
  const description = '`-` in front: the other way round.'
  return Type.Unsafe<T | `-${T}`>({ enum: all, default: usual, description })
}
