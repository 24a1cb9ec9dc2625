// A line to a database that can be cut, go silent, or lose a commit or its answer, at will.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Line = {
  port: number
  url: string
  /** Breaks everything that is open, without a goodbye. */
  cut(): void
  /** From now on nothing passes, in either direction, and nobody is told. */
  silence(): void
  /** Falls silent with the next commit, which does not reach the server. Resolves then. */
  silenceNextCommit(): Promise<void>
  /** What is new passes again; what was open while it was silent stays so. */
  mend(): void
  /** The next commit is carried out, and the line breaks instead of its answer. Resolves then. */
  loseNextAnswer(): Promise<void>
  /** The line breaks before the next commit reaches the server, with all that was sent with it. Resolves then. */
  loseNextCommit(): Promise<void>
  stop(): Promise<void>
}

/** The name of our prepared statement, and what the server calls a commit that is done. */
const ASKED = Buffer.from('commit\0')
const DONE = Buffer.from('COMMIT\0')

export async function startLine(target: number): Promise<Line> {
  const open = new Set<Socket>()
  const loses: { asked: (() => void) | undefined; done: (() => void) | undefined } = {
    asked: undefined,
    done: undefined,
  }
  let swallows: (() => void) | undefined
  let silent = false

  function swallow(): void {
    silent = true
    swallows?.()
    swallows = undefined
  }

  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    let dead = silent
    const passes = () => !(dead ||= silent)
    for (const socket of [inside, outside]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => open.delete(socket))
    }
    inside.on('data', (chunk) => {
      if (loses.asked && chunk.includes(ASKED)) return lose('asked')
      if (swallows && chunk.includes(ASKED)) swallow()
      if (passes()) outside.write(chunk)
    })
    outside.on('data', (chunk) => {
      if (loses.done && chunk.includes(DONE)) return lose('done')
      if (passes()) inside.write(chunk)
    })
    inside.on('end', () => passes() && outside.end())
    outside.on('end', () => passes() && inside.end())
    inside.on('close', () => passes() && outside.destroy())
    outside.on('close', () => passes() && inside.destroy())

    function lose(what: keyof typeof loses): void {
      const told = loses[what]
      loses[what] = undefined
      inside.resetAndDestroy()
      outside.resetAndDestroy()
      told?.()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `postgres://rollcall@127.0.0.1:${port}/postgres`,
    cut() {
      for (const socket of open) if (!socket.destroyed) socket.resetAndDestroy()
    },
    silence() {
      silent = true
    },
    mend() {
      silent = false
    },
    loseNextAnswer: () => new Promise((resolve) => (loses.done = resolve)),
    loseNextCommit: () => new Promise((resolve) => (loses.asked = resolve)),
    silenceNextCommit: () => new Promise((resolve) => (swallows = resolve)),
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
