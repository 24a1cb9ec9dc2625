// A server under load: started, filled with rooms, watched by its process id, and stopped.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Contestant = {
  url: string
  /** Megabytes of physical memory: now, and at most so far. */
  memory(): { now: number; peak: number }
  /** Seconds of a core that it has used so far. */
  cpu(): number
  stop(): Promise<void>
}

/** As many rooms as bench/load.lua spreads its occupants over. */
const ROOMS = 1_000

/** `store` is one that bench/server.ts knows. Without `rooms` another server has made them. */
export async function start(
  store: string,
  database?: string,
  { rooms = true }: { rooms?: boolean } = {},
): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const child = fork(join(import.meta.dirname, 'server.ts'), [store, database ?? join(folder, 'rollcall.db')])
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  if (rooms) await Promise.all(Array.from({ length: ROOMS }, (_, n) => createRoom(url, n)))
  return {
    url,
    memory: () => memoryOf(child),
    cpu: () => cpuOf(child),
    async stop() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

async function createRoom(url: string, n: number): Promise<void> {
  const response = await fetch(`${url}/api/v1/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `room${n}`, session: `s${n}`, jid: `room${n}@conference.meet.example.com` }),
  })
  if (response.status !== 200) throw new Error(`room ${n}: ${await response.text()}`)
  await response.text()
}

function memoryOf(child: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1_024
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') }
}

/** In ticks of 10 ms: fields 14 and 15 of proc_pid_stat(5), counted from behind the name. */
function cpuOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
