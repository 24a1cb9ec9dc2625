// Debian packages that only tests and checks need: installed when we may, named when we may not.
import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A package by the program that shows that it is there. */
const PROGRAMS = {
  prosody: 'prosodyctl',
  'lua-check': 'luacheck',
  'lua5.4': 'lua5.4',
  wrk: 'wrk',
  'nginx-light': 'nginx',
  'fiu-utils': 'fiu-ctrl',
  faketime: 'faketime',
  openssl: 'openssl',
  postgresql: 'pg_lsclusters',
  pgbouncer: 'pgbouncer',
  'libreoffice-calc-nogui': 'soffice',
  chromium: 'chromium',
}
export type Package = keyof typeof PROGRAMS

/** Installs what is missing; returns what it could not install, and says how a person can. */
export function ensure(packages: Package[], what: string): Package[] {
  const missing = packages.filter((name) => !isProgram(PROGRAMS[name]))
  if (missing.length === 0) return []
  if (process.getuid?.() === 0 && isProgram('apt-get')) {
    console.log(`Installing for ${what}: ${missing.join(', ')}`)
    const quiet: SpawnSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'], env: aptEnvironment() }
    spawnSync('apt-get', ['update', '-qq'], quiet)
    const { status } = spawnSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...missing],
      quiet,
    )
    if (status !== 0) throw new Error(`apt-get could not install ${missing.join(' ')}`)
    return []
  }
  console.log(`Left out: ${what}. It needs: sudo apt-get install -y ${missing.join(' ')}`)
  if (process.env['CI'] === 'true') {
    console.error('Nothing may be left out where CI=true.')
    process.exit(1)
  }
  return missing
}

function aptEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
}

function isProgram(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
