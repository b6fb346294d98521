import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Forwarder = Awaited<ReturnType<typeof forwarder>>

/** An address that leads to a server, as a name or a service of a cluster does, and may lead to another one later. */
export async function forwarder(port: number) {
  let target = port
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1')
    for (const socket of [from, to]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        for (const each of [from, to]) each.destroy()
      })
    }
    from.pipe(to)
    to.pipe(from)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo // It listens on a port.
  return {
    port: own,
    /** Leads new connections to another server. */
    leadTo: (other: number) => {
      target = other
    },
    /** Passes nothing on any more on the present connections, and closes none: their machine has lost its power. */
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    end: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
