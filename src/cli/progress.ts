// How far a long piece of work has come: a bar on a terminal, otherwise a line now and then.

export type Progress = {
  start: (name: string, total: number) => void
  advance: (by: number) => void
  end: () => void
}

const WIDTH = 30
/** Between two pictures of the bar, and between two lines, ms. */
const FRAME = 100
const LINE = 10_000
const CLEAR = '\r\x1b[K'

/** `unit`: what is counted. */
export function createProgress(out: NodeJS.WriteStream, unit = 'rows'): Progress {
  let name = ''
  let total = 0
  let done = 0
  let begun = 0
  let shown = 0

  function show(): void {
    shown = Date.now()
    const rate = Math.round((done * 1_000) / Math.max(shown - begun, 1))
    const state = `${count(done)} of ${count(total)} ${unit}, ${count(rate)} ${unit}/s`
    out.write(out.isTTY ? `${CLEAR}${name} ${bar(done, total)} ${state}` : `${name}: ${state}\n`)
  }

  function end(): void {
    if (name === '') return
    show()
    if (out.isTTY) out.write('\n')
    name = ''
  }

  return {
    start(next, rows) {
      end()
      name = next
      total = rows
      done = 0
      begun = Date.now()
      shown = begun
    },
    advance(by) {
      done += by
      if (Date.now() - shown >= (out.isTTY ? FRAME : LINE)) show()
    },
    end,
  }
}

export function count(number: number): string {
  return number.toLocaleString('en')
}

function bar(done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(done / total, 1)
  const full = Math.round(part * WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(part * 100)} %`
}
