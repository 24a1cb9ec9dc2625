// A real Prosody for a test: own folder, free loopback ports, as an unprivileged user. The installed one, or
// with ROLLCALL_TEST_PROSODY=13 the one in the Debian 13 folder.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { prosody13 } from '../../scripts/prosody13.ts'
import { configuration, type ConfigOptions } from './prosody-config.ts'
import { until } from './until.ts'
import { freePort } from '../support/port.ts'

export const DOMAIN = 'meet.test'
export const AUTH = 'auth.meet.test'
export const CONFERENCE = 'conference.meet.test'
export const BREAKOUT = 'breakout.meet.test'
export const LOBBY = 'lobby.meet.test'
export const INTERNAL = 'internal.auth.meet.test'
/** A MUC component of a plain Prosody: no meeting ids, rooms on disk. */
export const PLAIN = 'rooms.meet.test'

export type Prosody = {
  /** As it says itself: 0.12.3, 13.0.1. */
  version: string
  tcpPort: number
  httpPort: number
  /** Its folder, as we see it. */
  folder: string
  log(): string
  /** What `prosodyctl shell` answers. */
  shell(command: string): Promise<string>
  /** Waits until the module has nothing more to report; nothing to wait for when Prosody does not run. */
  idle(): Promise<void>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
  /** SIGKILL: no chance to say anything. */
  kill(): Promise<void>
  /** Starts it again with the same folder and ports. */
  start(): Promise<void>
  /** Ends it and removes its folder, unless ROLLCALL_TEST_KEEP is set. */
  dispose(): Promise<void>
}

export type ProsodyOptions = Pick<ConfigOptions, 'url'> &
  Partial<ConfigOptions> & {
    /** Variables for its environment, given its folder as we see it and as it does itself. */
    environment?: (outside: string, inside: string) => Record<string, string>
    /** Is given its folder, as we see it, before the first start. */
    prepare?: (outside: string) => void
  }

const run = promisify(execFile)
const plugins = ['../../prosody', './plugins'].map((path) => new URL(path, import.meta.url).pathname)

export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const root = chroot()
  const user =
    process.getuid?.() === 0
      ? ['setpriv', '--reuid=prosody', '--regid=prosody', '--clear-groups', '--pdeathsig=KILL']
      : []
  // It dies with the test, however that ends.
  const prefix = root === '' ? user : ['chroot', root, ...user]
  const [tcpPort, httpPort] = await Promise.all([freePort(), freePort()])

  // What Prosody sees as its folder, and where that is for us.
  const outside = mkdtempSync(join(root, root === '' ? tmpdir() : '/tmp', 'rollcall-prosody-'))
  const inside = outside.slice(root.length)
  const keep = process.env['ROLLCALL_TEST_KEEP'] !== undefined
  chmodSync(outside, 0o777)
  for (const [index, folder] of plugins.entries()) {
    cpSync(folder, join(outside, `plugins${index}`), { recursive: true })
  }
  mkdirSync(join(outside, 'certs'))
  mkdirSync(join(outside, 'data'))
  chmodSync(join(outside, 'data'), 0o777)
  const configPath = join(inside, 'prosody.cfg.lua')
  const config = configuration({ folder: inside, tcpPort, httpPort, ...options })
  writeFileSync(join(outside, 'prosody.cfg.lua'), config, { mode: 0o644 })

  options.prepare?.(outside)

  const variables = Object.entries(options.environment?.(outside, inside) ?? {})
  const env = variables.length > 0 ? ['env', ...variables.map(([name, value]) => `${name}=${value}`)] : []

  let child: ChildProcess | undefined
  let printed = ''
  const log = () => {
    const path = join(outside, 'prosody.log')
    return printed + (existsSync(path) ? readFileSync(path, 'utf8') : '')
  }

  async function start(): Promise<void> {
    const [command, ...args] = [...prefix, ...env, 'prosody', '--config', configPath, '-F']
    const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    }
    await until('Prosody listens', async () => {
      if (started.exitCode !== null) throw new Error(`Prosody ended with ${started.exitCode}:\n${log()}`)
      return (await listens(tcpPort)) && (await listens(httpPort))
    })
    // Somebody listens; Prosody itself goes on without a port that it could not have.
    if (/Failed to open server port/.test(log())) throw new Error(`Prosody has not its ports:\n${log()}`)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    let stuck = false
    const patience = setTimeout(() => {
      stuck = true
      ending.kill('SIGKILL')
    }, 20_000)
    await gone
    clearTimeout(patience)
    if (stuck) throw new Error(`Prosody did not end within 20 s of ${signal}:\n${log().slice(-3_000)}`)
  }

  async function shell(command: string): Promise<string> {
    const [file, ...args] = [...prefix, 'prosodyctl', '--config', configPath, 'shell', command]
    const { stdout, stderr } = await run(file, args, { cwd: '/' })
    return stdout + stderr
  }

  await start()
  return {
    version: /Prosody version (\S+)/.exec(log())?.[1] ?? 'unknown',
    tcpPort,
    httpPort,
    folder: outside,
    log,
    shell,
    async idle() {
      if (!child) return
      await until('nothing waits in Prosody', async () => {
        const status = await shell('rollcall:status()')
        if (!status.includes('waiting')) throw new Error(`No status: ${status}`)
        return !/waiting [1-9]/.test(status)
      })
    },
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async dispose() {
      await end('SIGTERM')
      if (!keep) rmSync(outside, { recursive: true })
    },
  }
}

/** The folder Prosody runs in, '' for the machine's own. Throws if there is no Prosody. */
function chroot(): string {
  if (process.env['ROLLCALL_TEST_PROSODY'] === '13') return prosody13()
  // Never `prosody --version`: that starts a server.
  const found = spawnSync('sh', ['-c', 'command -v prosody && command -v setpriv']).status === 0
  if (!found) throw new Error('These tests need Prosody: apt-get install prosody')
  return ''
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
