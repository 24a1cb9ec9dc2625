// Whether the window is so narrow that bars lie below the names; the same width as in the stylesheet.
import { signal } from '@preact/signals'

const query = matchMedia('(max-width: 760px)')

export const isNarrow = signal(query.matches)
query.addEventListener('change', () => {
  isNarrow.value = query.matches
})
