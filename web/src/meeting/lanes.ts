// Devices that are there at once lie beside each other: each has a lane of its row for as long as they are.
import type { Interval } from '../../../src/ledger/intervals.ts'

type Lying = Interval & { jid: string; lane: number; lanes: number }

/** More than this could not be told apart; further devices share a lane. */
const MOST = 3

/** `stays` of one person, in order of joining. A device in the meeting and in a breakout room at once is one device. */
export function besides<T extends Lying>(stays: T[]): T[] {
  return clusters(stays).flatMap((cluster) => {
    // Most stays have nothing beside them.
    if (cluster.length === 1) return cluster
    const lanes: { jid: string; to: number }[] = []
    const laid = cluster.map((stay) => {
      const free = lanes.findIndex(({ jid, to }) => jid === stay.jid || to <= stay.from)
      const lane = free === -1 ? lanes.length : free
      lanes[lane] = { jid: stay.jid, to: Math.max(stay.to, lanes[lane]?.to ?? 0) }
      return { stay, lane }
    })
    const count = Math.min(MOST, lanes.length)
    return laid.map(({ stay, lane }) => ({ ...stay, lane: lane % MOST, lanes: count }))
  })
}

/** Those that overlap, one with the next. */
function clusters<T extends Interval>(stays: T[]): T[][] {
  const found: T[][] = []
  let end = -Infinity
  for (const stay of stays) {
    if (stay.from < end) found.at(-1)?.push(stay)
    else found.push([stay])
    end = Math.max(end, stay.to)
  }
  return found
}
