// What it costs those who join that lists are read beside them.
import { ask, load, type Load, type Measured } from './load.ts'
import { median, row } from './table.ts'

/** In turns, so that a slow moment meets all of them. */
const ROUNDS = 9

/** Lists a second, besides; undefined: one after another. */
const READERS: Record<string, { rate?: number } | null> = {
  'without reads': null,
  'twenty lists a second': { rate: 20 },
  'one list after another': {},
}

export type Joins = Map<string, { joins: Measured[]; lists: Measured[] }>

/** `paths`: of the lists, which are asked for in turn. */
export async function measureJoins(url: string, paths: string[], coming: Load): Promise<Joins> {
  const found: Joins = new Map(Object.keys(READERS).map((name) => [name, { joins: [], lists: [] }]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, reader] of Object.entries(READERS)) {
      const { seconds } = coming
      const [joins, lists] = await Promise.all([
        load(url, coming),
        reader && ask(url, paths, { seconds, ...reader }),
      ])
      found.get(name)?.joins.push(joins)
      if (lists) found.get(name)?.lists.push(lists)
    }
  }
  return found
}

export function printJoins(found: Joins): void {
  console.log(`\nJoins and leaves beside all those lists in turn, medians of ${ROUNDS} rounds\n`)
  console.log(row('', 'req/s', 'p50 ms', 'p99 ms', 'lists/s', 'p50 ms', 'p99 ms'))
  console.log(row('---', '--:', '--:', '--:', '--:', '--:', '--:'))
  for (const [name, { joins, lists }] of found) {
    console.log(row(name, ...figures(joins), ...(lists.length > 0 ? figures(lists) : ['', '', ''])))
  }
  const p50 = (name: string) => median((found.get(name)?.joins ?? []).map(({ p50 }) => p50))
  const [alone = '', ...beside] = [...found.keys()]
  const times = beside.map((name) => `${(p50(name) / p50(alone)).toFixed(2)} with ${name}`).join(', ')
  console.log(`\nAimed at: joins no slower than without reads. Their p50 is ${times} of that without.`)
}

function figures(measured: Measured[]): string[] {
  const of = (key: 'perSecond' | 'p50' | 'p99') => median(measured.map((one) => one[key]))
  return [of('perSecond').toFixed(0), of('p50').toFixed(2), of('p99').toFixed(1)]
}
