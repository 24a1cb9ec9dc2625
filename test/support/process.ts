// The command line as a person runs it: a process of its own, watched and ended by its id.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { holdToDocument } from './document.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export type Running = {
  child: ChildProcess
  url: string
  /** What it has printed so far. */
  output: () => string
  /** Resolves with the exit code; null if a signal ended it. */
  exited: Promise<number | null>
}

export type Ended = { code: number | null; stdout: string; stderr: string }

/** Runs `rollcall` with these arguments until it ends by itself. */
export async function rollcall(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = start(args, env)
  const texts = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...texts }
}

/**
 * Starts `rollcall serve` and resolves once it listens. Rejects with what it printed if it ends before.
 * `through`: a command and its arguments that runs the server in its own place, such as `env`.
 */
export async function serve(env: Record<string, string>, through: string[] = []): Promise<Running> {
  const child = start(['serve'], { ROLLCALL_PORT: '0', ...env }, through)
  const texts = collect(child)
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const output = () => texts.stdout + texts.stderr
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /Rollcall listens on (http:\/\/\S+?)"/.exec(texts.stdout)?.[1]
      if (found) resolve(found)
    })
    void exited.then(() => reject(new Error(`it ended before it listened: ${output()}`)))
  })
  holdToDocument(url)
  return { child, url, output, exited }
}

/** Runs `rollcall` and leaves it to the caller. */
export function start(args: string[], env: Record<string, string>, through: string[] = []): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ROLLCALL_'))
  const [program = '', ...rest] = [...asAnyone(), ...through, process.execPath, MAIN, ...args]
  return spawn(program, rest, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Root may write everywhere; without this capability it is bound by file modes like anyone else. */
function asAnyone(): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override', '--'] : []
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
  return texts
}
