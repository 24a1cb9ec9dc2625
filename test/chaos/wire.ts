// The line between Prosody and the server, which breaks in the ways a line can: slow, reset, an answer that is
// lost although the request was carried out, half a request.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Weather } from './plan.ts'
import type { Random } from '../support/random.ts'

export type Wire = {
  url: string
  /**
   * Where requests go from now on; the server gets another port at each start. null: nowhere, they are reset: its
   * former port may belong to somebody else by now.
   */
  aim(port: number | null): void
  /** How it is from now on; without weather it is a good line. */
  turn(weather: Weather | null): void
  stop(): Promise<void>
}

type Fate = 'good' | 'reset' | 'halved' | 'swallowed' | 'delayed'

export async function startWire(random: Random): Promise<Wire> {
  const open = new Set<Socket>()
  let target: number | null = null
  let weather: Weather | null = null

  const server = createServer((inside) => {
    const fate = drawFate(random, weather)
    const delay = weather?.delay ?? 0
    keep(open, inside)
    if (fate === 'reset' || target === null) {
      inside.resetAndDestroy()
      return
    }
    const outside = connect(target, '127.0.0.1')
    keep(open, outside)
    const cut = () => {
      for (const socket of [inside, outside]) if (!socket.destroyed) socket.resetAndDestroy()
    }
    inside.on('data', (chunk) => {
      if (fate !== 'halved') {
        outside.write(chunk)
        return
      }
      outside.write(chunk.subarray(0, random.whole(1, chunk.length - 1)), cut)
    })
    let held: Promise<void> = Promise.resolve()
    outside.once('data', () => {
      if (fate === 'delayed') held = new Promise((resolve) => setTimeout(resolve, delay))
    })
    outside.on('data', (chunk) => {
      if (fate === 'swallowed') cut()
      else void held.then(() => inside.write(chunk))
    })
    inside.on('close', () => outside.destroy())
    outside.on('end', () => void held.then(() => inside.end()))
    outside.on('error', () => void held.then(() => inside.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    aim(port) {
      target = port
    },
    turn(next) {
      weather = next
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function drawFate(random: Random, weather: Weather | null): Fate {
  if (!weather) return 'good'
  const { delayed, reset, swallowed, halved } = weather
  const good = Math.max(0, 1 - delayed - reset - swallowed - halved)
  return random.weighted<Fate>({ good, delayed, reset, swallowed, halved })
}

function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket)
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('close', () => open.delete(socket))
}
