// The window, as far as the timeline must know it: whether bars lie below the names, and how much height it may take.
import { signal } from '@preact/signals'

/** The same width as in the stylesheet. */
const narrow = matchMedia('(max-width: 760px)')
/** Of the window's height, at most: head and table must not be out of reach. */
const SHARE = 0.68

export const isNarrow = signal(narrow.matches)
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches
})

/** px. */
export const listHeight = signal(innerHeight * SHARE)
addEventListener('resize', () => {
  listHeight.value = innerHeight * SHARE
})
