// What the bars of this meeting show; what does not occur in it is not explained.
import { useComputed } from '@preact/signals'
import { text } from '../strings.ts'
import type { Stay } from './people.ts'
import { crowd } from './state.ts'

const { legend } = text.meeting
type Sign = Exclude<keyof typeof legend, 'title'>

const SIGNS = {
  stay: () => true,
  breakout: ({ breakout }) => breakout !== null,
  moderated: ({ moderated }) => moderated.length > 0,
  nick: ({ changes }) => changes.some(({ nick }) => nick !== undefined),
  role: ({ changes }) => changes.some(({ role }) => role !== undefined),
  inferred: ({ inferred }) => inferred,
  open: ({ open }) => open,
} satisfies Record<Sign, (stay: Stay) => boolean>

export function Legend() {
  const occurring = useComputed(() => {
    const stays = crowd.value.people.flatMap(({ stays }) => stays)
    return (Object.keys(SIGNS) as Sign[]).filter((sign) => stays.some(SIGNS[sign]))
  })
  return (
    <ul class="legend" aria-label={legend.title}>
      {occurring.value.map((sign) => (
        <li key={sign}>
          <span class={`sample sample-${sign}`} aria-hidden="true" />
          {legend[sign]}
        </li>
      ))}
    </ul>
  )
}
