// The parameters that lists share.
import Type, { type TProperties } from 'typebox'
import { checker } from '../ingest/check.ts'
import type { Kind } from '../ledger/command.ts'
import type { RoomState } from '../store/store.ts'

const text = (maxBytes: number) => Type.Optional(Type.String({ minLength: 1, maxBytes }))

/** Of the lists of rooms and stays. The limits are those of what is looked for. */
export const Wanted = {
  state: Type.Optional(Type.Unsafe<RoomState>({ enum: ['live', 'ended', 'all'] })),
  host: text(1_023),
  kind: Type.Optional(Type.Unsafe<Kind>({ enum: ['conference', 'breakout', 'lobby'] })),
  person: text(64),
}

/** Instants, read by timesOf(). */
export const Instant = text(64)
export const Period = { from: Instant, to: Instant }

export const Q = text(1_023)
export const Session = text(255)
export const RoomJid = text(3_071)
export const Flag = Type.Optional(Type.Unsafe<'true' | 'false'>({ enum: ['true', 'false'] }))

/** Fits these parameters, each at most once, and no others: a slip of the pen must not widen what is asked. */
export function checkerOf<T extends TProperties>(properties: T) {
  return checker(Type.Object(properties, { additionalProperties: false }), 'query')
}

export function flag(value: 'true' | 'false' | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'true'
}

/** `-name` is the name backwards. */
export function sortOf<T extends string>(sort: T | `-${T}`): { sort: T; descending: boolean } {
  const descending = sort.startsWith('-')
  return { sort: (descending ? sort.slice(1) : sort) as T, descending }
}

/** Each of these, and each with `-` in front. */
export function sorts<T extends string>(names: readonly T[], usual: `-${NoInfer<T>}`) {
  const all = names.flatMap((name) => [name, `-${name}`] as const)
  return Type.Unsafe<T | `-${T}`>({ enum: all, default: usual })
}
