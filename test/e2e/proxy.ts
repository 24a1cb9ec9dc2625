// A TCP proxy on loopback, to be slow or to break on purpose.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Proxy = {
  port: number
  url: string
  /** Connections accepted so far. */
  connections(): number
  /** Holds back the first answer that comes from now on. */
  delayFirstAnswer(milliseconds: number): void
  /** The next connection is cut when the answer arrives: the request was carried out, nobody learns it. */
  loseNextAnswer(): void
  /** The next connection on which this text comes from the server is broken right after it. */
  cutAfter(text: string): void
  /** Takes no more from the server on connections that are open, until it flows again. */
  stall(): void
  flow(): void
  /** Breaks everything that is open, without a goodbye. */
  cut(): void
  stop(): Promise<void>
}

export async function startProxy(target: number): Promise<Proxy> {
  const open = new Set<Socket>()
  let delay = 0
  let lose = false
  let last: Buffer | undefined
  let accepted = 0
  const sources = new Set<Socket>()

  let stopped = false
  const server = createServer((inside) => {
    if (stopped) {
      inside.destroy() // it was still in the queue of the kernel
      return
    }
    accepted += 1
    const outside = connect(target, '127.0.0.1')
    for (const socket of [inside, outside]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => open.delete(socket))
    }
    sources.add(outside)
    outside.on('close', () => sources.delete(outside))
    inside.on('data', (chunk) => outside.write(chunk))
    let held: Promise<void> = Promise.resolve()
    outside.on('data', (chunk) => {
      if (lose) {
        lose = false
        reset(inside)
        return
      }
      const end = last ? chunk.indexOf(last) : -1
      if (last && end !== -1) {
        const passed = chunk.subarray(0, end + last.length)
        last = undefined
        inside.end(passed, () => inside.destroy())
        return
      }
      if (delay > 0) {
        const wait = delay
        delay = 0
        held = new Promise((resolve) => setTimeout(resolve, wait))
      }
      void held.then(() => inside.write(chunk))
    })
    inside.on('end', () => outside.end())
    inside.on('close', () => outside.destroy())
    outside.on('end', () => void held.then(() => inside.end()))
    outside.on('error', () => void held.then(() => inside.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => accepted,
    delayFirstAnswer(milliseconds) {
      delay = milliseconds
    },
    loseNextAnswer() {
      lose = true
    },
    cutAfter(text) {
      last = Buffer.from(text)
    },
    stall() {
      for (const socket of sources) socket.pause()
    },
    flow() {
      for (const socket of sources) socket.resume()
    },
    cut() {
      for (const socket of open) reset(socket)
    },
    async stop() {
      stopped = true
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy()
}
