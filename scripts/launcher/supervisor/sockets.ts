import net from 'node:net'
import { getSystemErrorName } from 'node:util'
import { UserError } from '../../user-error.ts'

/** A TCP socket of 127.0.0.1 that is bound, but on which this process accepts nothing: processes that inherit `fd` do. */
export type BoundSocket = { port: number; fd: number; close(): void }

/** What is used here of Node's TCP handles. */
type Handle = { fd: number; getsockname(name: { port?: number }): number; close(): void }

/**
 * Node has no public way to bind a socket without accepting on it; this function, by which its cluster module does so, has been there
 * since Node 0.6. It returns an error's negative number, or a handle.
 */
const { _createServerHandle: createHandle } = net as unknown as {
  _createServerHandle(address: string, port: number, addressType: 4): Handle | number
}

/** Binds a socket; 0 picks a free port. Throws a UserError if the port cannot be used. */
export function bindSocket(port: number): BoundSocket {
  const handle = createHandle('127.0.0.1', port, 4)
  if (typeof handle === 'number') throw new UserError(`Port ${port} can not be used: ${getSystemErrorName(handle)}.`)
  const name: { port?: number } = {}
  handle.getsockname(name)
  return { port: name.port ?? port, fd: handle.fd, close: () => handle.close() }
}
