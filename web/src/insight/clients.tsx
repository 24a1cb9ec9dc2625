// What people came with: browsers and systems, by how many stays had them.
import type { ClientCount, Clients } from '../../../src/client/types.ts'
import type { Rows } from '../csv.ts'
import { text } from '../strings.ts'
import { Bars, type Bar } from './bars.tsx'
import type { Range } from './range.ts'
import { Section } from './section.tsx'
import { percent } from './words.ts'

/** More are one line together. */
const SHOWN = 8

export function ClientShares({ answer, range }: { answer: Clients; range: Range }) {
  const words = text.insight.clients
  const { clients, stays, complete, others } = answer
  const note = complete ? words.note : words.newest(stays.toLocaleString('en'))
  const bars = (nameOf: (client: ClientCount) => string | null) => barsOf(clients, stays, others, nameOf)
  return (
    <Section title={words.title} note={note} file="clients" range={range} rows={() => file(answer)}>
      <Bars
        label={words.browsers}
        head={words.browser}
        unit={words.stays}
        bars={bars(({ browser }) => browser && familyOf(browser))}
      />
      <Bars
        label={words.systems}
        head={words.system}
        unit={words.stays}
        bars={bars(({ system }) => system)}
      />
    </Section>
  )
}

function barsOf(
  clients: ClientCount[],
  stays: number,
  others: number,
  nameOf: (client: ClientCount) => string | null,
): Bar[] {
  const words = text.insight.clients
  const counts = new Map<string, number>()
  for (const client of clients) {
    const name = nameOf(client) ?? words.unknown
    counts.set(name, (counts.get(name) ?? 0) + client.stays)
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one)
  const rest = sorted.slice(SHOWN).reduce((sum, [, count]) => sum + count, others)
  const listed = [...sorted.slice(0, SHOWN), ...(rest > 0 ? [[words.others, rest] as const] : [])]
  return listed.map(([name, count]) => ({ name, count, said: percent(count / stays) }))
}

/** Without its version, which is in the file. */
function familyOf(browser: string): string {
  return browser.replace(/ \d+$/, '')
}

function file({ clients, others }: Clients): Rows {
  const words = text.insight.clients
  return [
    [words.browser, words.system, words.stays],
    ...clients.map(({ browser, system, stays }) => [browser, system, stays]),
    ...(others > 0 ? [[words.others, null, others]] : []),
  ]
}
