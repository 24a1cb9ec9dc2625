// How many reports are under way at once: each holds the people of a meeting until its reader has all of it.
import { finished } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { createTurns } from '../feed/turns.ts'

/** One is reckoned while another is read. Twenty at once of 60,000 people took 2.6 GB, and joins waited for seconds. */
const AT_ONCE = 2
/** A client that takes nothing of its report for so long is cut off, ms: it holds a place. */
const PATIENCE = 30_000

export type Reports = {
  /** What `make` gives, when it is its turn; undefined if there is no place, or nobody waits for it any more. */
  make<T>(reply: FastifyReply, make: () => Promise<T>): Promise<T | undefined>
}

/** `limit`: so many may wait, be made and be sent in all. */
export function createReports(limit: number): Reports {
  const turn = createTurns(AT_ONCE)
  let open = 0
  return {
    async make({ raw }, make) {
      if (open >= limit) return undefined
      open += 1
      finished(raw, () => (open -= 1))
      const made = await turn(async () => (raw.destroyed ? undefined : make()))
      raw.setTimeout(PATIENCE, () => raw.destroy())
      return made
    },
  }
}
