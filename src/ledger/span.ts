// The time that something told of a room is about.
import type { Tell } from './command.ts'

/** Epoch ms. */
export type Span = { jid: string; from: number; to: number }

export function spanOf({ jid, createdAt, endedAt, stays }: Tell): Span {
  const instants = [createdAt, endedAt, ...stays.map(({ joinedAt }) => joinedAt)].filter((at) => at !== null)
  const from = instants.reduce((first, instant) => Math.min(first, instant), Infinity)
  const to = instants.reduce((last, instant) => Math.max(last, instant), -Infinity)
  return { jid, from, to }
}
