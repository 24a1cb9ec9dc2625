// Files that the page makes by itself.
import { csv, type Rows } from './csv.ts'

/** Gives it to the browser as a file. */
export function download(name: string, rows: Rows): void {
  const address = URL.createObjectURL(new Blob([csv(rows)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.csv`
  link.click()
  URL.revokeObjectURL(address)
}
