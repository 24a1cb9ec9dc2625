// Puts load on a server with wrk, in a process of its own, and reads what it measured. In ours the collector of garbage
// would be measured too: answers of 70 kB made it pause for 10 ms, once in a hundred.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Load = {
  connections: number
  seconds: number
  /** A new connection for every request, which is what Prosody makes. */
  closing?: boolean
  /** Different people who join; without it one, with many devices. */
  people?: number
  /** An Idempotency-Key on every request. */
  keyed?: boolean
  /** Requests a second in all, spread at random; without it as many as the server takes. */
  rate?: number
}

/** Latencies in milliseconds, from sending a request to its answer. */
export type Measured = { perSecond: number; p50: number; p99: number; p999: number }
export type Asked = Measured & { requests: number }

/** After so long senders give up; wrk would after 2 s, which a busy machine can take. */
const PATIENCE = 10

let loads = 0

export function load(url: string, options: Load): Promise<Measured> {
  const { closing, keyed, people } = options
  const flags = [`as=${(loads += 1)}`, ...(closing ? ['close'] : []), ...(keyed ? ['keyed'] : [])]
  if (people !== undefined) flags.push(`people=${people}`)
  return wrk(url, flags, options)
}

/** One reader who asks for these paths in turn, each time when the answer is there, or so many times a second. */
export function ask(
  url: string,
  paths: string[],
  { seconds, rate }: Pick<Load, 'seconds' | 'rate'>,
): Promise<Asked> {
  return wrk(
    url,
    paths.map((path) => `get=${path}`),
    { connections: 1, seconds, ...(rate !== undefined && { rate }) },
  )
}

async function wrk(url: string, flags: string[], { connections, seconds, rate }: Load): Promise<Asked> {
  const script = join(import.meta.dirname, 'load.lua')
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    `--timeout=${PATIENCE}s`,
    '-s',
    script,
    url,
    '--',
    ...flags,
    ...(rate === undefined ? [] : [`pause=${(connections / rate) * 1_000}`]),
  ]
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  const line = output.split('\n').find((text) => text.startsWith('{'))
  if (!line) throw new Error(`wrk printed no result: ${output}`)
  const result = JSON.parse(line) as Record<
    'requests' | 'us' | 'non2xx' | 'errors' | 'p50' | 'p99' | 'p999',
    number
  >
  // wrk asks its script for one request that it never sends; the leave of that occupant is refused.
  if (result.errors > 0 || result.non2xx > 2) throw new Error(`not every request was answered 200: ${line}`)
  const { requests, us, p50, p99, p999 } = result
  return { requests, perSecond: (requests / us) * 1e6, p50: p50 / 1e3, p99: p99 / 1e3, p999: p999 / 1e3 }
}
