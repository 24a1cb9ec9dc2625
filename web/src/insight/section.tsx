// A part of Insight: a title, what it shows, and the same as a file.
import type { ComponentChildren } from 'preact'
import type { Rows } from '../csv.ts'
import { download } from '../download.ts'
import { text } from '../strings.ts'
import { dateOf, type Range } from './range.ts'

type Props = {
  title: string
  note?: string
  /** What the file is called; the days of the range are added. */
  file: string
  range: Range
  rows: () => Rows
  class?: string
  children: ComponentChildren
}

export function Section({ title, note, file, range, rows, class: look = '', children }: Props) {
  const id = `insight-${file}`
  const name = `rollcall-${file}-${dateOf(range.from)}-${dateOf(range.to - 1)}`
  return (
    <section class={`part ${look}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p class="hint">{note}</p>}
        <button
          type="button"
          class="quiet"
          aria-label={text.insight.csvOf(title)}
          onClick={() => download(name, rows())}
        >
          {text.insight.csv}
        </button>
      </header>
      {children}
    </section>
  )
}
