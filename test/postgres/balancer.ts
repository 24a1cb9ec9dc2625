// A round robin over servers on loopback, as a load balancer does it: by connection, past those that are not there.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Balancer = { url: string; stop(): Promise<void> }

export async function startBalancer(urls: string[]): Promise<Balancer> {
  const ports = urls.map((url) => Number(new URL(url).port))
  const open = new Set<Socket>()
  let turn = 0

  const server = createServer((inside) => {
    track(inside)
    pass(inside, ports.length)
  })

  function pass(inside: Socket, attempts: number): void {
    if (attempts === 0) return void inside.resetAndDestroy()
    turn = (turn + 1) % ports.length
    const outside = connect(ports[turn] ?? 0, '127.0.0.1')
    track(outside)
    outside.once('error', () => {
      if (outside.bytesRead === 0 && inside.bytesRead === 0) pass(inside, attempts - 1)
    })
    outside.once('connect', () => {
      inside.pipe(outside).pipe(inside)
      outside.on('close', () => inside.destroy())
      inside.on('close', () => outside.destroy())
    })
  }

  function track(socket: Socket): void {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
