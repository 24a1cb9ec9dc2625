// Which entry of the ledger is which stay: both are in order, and the ledger may lack some or have some too many.
import type { FoldedStay } from './fold.ts'
import type { Stay } from './truth.ts'

export type Pair = { did?: Stay; wrote?: FoldedStay }

/** Pairs the stays of one person in one room so that as many as possible match, each as well as possible. */
export function align(did: Stay[], wrote: FoldedStay[]): Pair[] {
  const wished = wrote.toSorted((a, b) => a.joinedAt - b.joinedAt)
  // best[i][j]: the highest worth of what begins with the i-th stay and the j-th entry.
  const best = Array.from({ length: did.length + 1 }, () => Array<number>(wished.length + 1).fill(0))
  const at = (i: number, j: number) => best[i]?.[j] ?? 0
  const paired = (i: number, j: number) => worth(did[i] as Stay, wished[j] as FoldedStay) + at(i + 1, j + 1)
  for (let i = did.length - 1; i >= 0; i -= 1) {
    for (let j = wished.length - 1; j >= 0; j -= 1) {
      ;(best[i] as number[])[j] = Math.max(at(i + 1, j), at(i, j + 1), paired(i, j))
    }
  }
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < did.length || j < wished.length) {
    if (i < did.length && j < wished.length && at(i, j) === paired(i, j)) {
      pairs.push({ did: did[i++] as Stay, wrote: wished[j++] as FoldedStay })
    } else if (i < did.length && at(i, j) === at(i + 1, j)) pairs.push({ did: did[i++] as Stay })
    else pairs.push({ wrote: wished[j++] as FoldedStay })
  }
  return pairs
}

/** What certainly was is sought first; an uncertain stay is only taken for one that began when it was asked for. */
function worth({ asked, seen, end, meeting }: Stay, { joinedAt, session }: FoldedStay): number {
  const off = Math.max(asked - joinedAt, joinedAt - (seen ?? end?.seen ?? Infinity), 0)
  const same = meeting !== null && session.startsWith(meeting) ? 10_000 : 0
  if (seen !== null) return 20_000 + same - Math.min(off, 9_000)
  return off > 3_000 ? -1 : 9_000 - off
}
