// Numbered plain SQL files, forward only: NNNN-name.sql takes a schema from version NNNN − 1 to NNNN.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Migration = { version: number; name: string; sql: string }

/** The migrations in a folder, in order. Throws if the numbers have a gap: one of them would never run. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return names.map((name, index) => {
    const version = Number(name.slice(0, 4))
    if (version !== index + 1) throw new Error(`${name} should be number ${index + 1} in ${folder}`)
    return { version, name, sql: readFileSync(join(folder, name), 'utf8') }
  })
}
