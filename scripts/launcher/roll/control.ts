import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { UserError } from '../../user-error.ts'

/** The most that a Unix socket's path may have on all systems. */
const MAX_PATH_BYTES = 103
const MAX_REQUEST_BYTES = 10_000
/** EX_TEMPFAIL: it can be tried again later. */
const EXIT_BUSY = 75

const requestSchema = z.object({ roll: z.string() })
const answerSchema = z.union([z.object({ line: z.string() }), z.object({ exitCode: z.int() })])

/** Where the running system in this data folder takes requests. */
const addressIn = (dataDir: string) => join(dataDir, 'control.sock')

/** Rolls to the checkout at `root`; a line for each step. Throws a UserError if a step fails. */
export type Roll = (root: string, say: (line: string) => void) => Promise<void>

/**
 * Takes requests to roll on a socket in the data folder, which is its owner's only: one after the other, a second one at once is refused.
 * Throws a UserError if there can be no such socket.
 */
export function serveControl(dataDir: string, roll: Roll): { close(): void } {
  const path = addressIn(dataDir)
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw new UserError(`${path} is too long for a socket: choose a shorter DATA_DIR.`)
  rmSync(path, { force: true }) // Of a start that was killed; we have the folder's lock.
  let rolling: string | undefined
  const answer = async (socket: Socket, request: string) => {
    const send = (message: z.infer<typeof answerSchema>) => void socket.write(`${JSON.stringify(message)}\n`)
    const say = (line: string) => send({ line })
    const root = readRequest(request)
    if (root === undefined) return void socket.destroy()
    if (rolling !== undefined) {
      say(`A roll to ${rolling} is under way: wait for its end.`)
      send({ exitCode: EXIT_BUSY })
      return void socket.end()
    }
    rolling = root
    try {
      await roll(root, say)
      send({ exitCode: 0 })
    } catch (error) {
      say(error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error))
      send({ exitCode: 1 })
    } finally {
      rolling = undefined
    }
    socket.end()
  }
  const server = createServer((socket) => {
    let received = ''
    socket.on('error', () => {}) // Who has asked need not wait for the end.
    socket.setEncoding('utf8').on('data', (data) => {
      received += data
      if (received.length > MAX_REQUEST_BYTES) return void socket.destroy()
      const [request, rest] = received.split('\n')
      if (request === undefined || rest === undefined) return
      received = ''
      void answer(socket, request) // Never rejects.
    })
  })
  const mask = process.umask(0o177)
  server.listen(path)
  process.umask(mask)
  return { close: () => void server.close() }
}

function readRequest(text: string): string | undefined {
  try {
    return requestSchema.parse(JSON.parse(text)).roll
  } catch {
    return undefined
  }
}

/** Has the system that runs in `dataDir` roll to the checkout at `root`; resolves with the exit code. Throws a UserError if none runs. */
export async function requestRoll(dataDir: string, root: string, say: (line: string) => void): Promise<number> {
  const socket = connect(addressIn(dataDir))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', () =>
      reject(new UserError(`Nothing runs in ${dataDir}: start it with npm start, or set DATA_DIR.`)),
    )
  })
  socket.on('error', () => {}) // Thrown by the lines below.
  socket.write(`${JSON.stringify({ roll: root })}\n`)
  try {
    for await (const text of createInterface(socket)) {
      const answer = answerSchema.parse(JSON.parse(text))
      if ('exitCode' in answer) return answer.exitCode
      say(answer.line)
    }
  } catch (error) {
    if (!socket.destroyed) throw error // Killed, npm start resets the connection, or ends it within a line.
  }
  throw new UserError('npm start has ended in the middle of it. The next npm start begins anew.')
}
