// A port for a server that a test starts, and may start again.
import { createServer } from 'node:net'

/**
 * On loopback, below the range from which the system takes ports by itself: a server that is down for a moment would
 * find its own taken by somebody's connection.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
