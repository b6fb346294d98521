import { createInbox, type Msg } from 'nats'
import type { Nats } from './connection.ts'
import { type LiveEntry, readEntry } from './live-entry.ts'

/** What nats.js has no call for: https://github.com/nats-io/nats-architecture-and-design, ADR-31. */
type DirectGet =
  | { multi_last: string[]; up_to_seq: number }
  | { next_by_subj: string; seq: number; batch: number; max_bytes: number }

/** The messages that were got (ill-formed ones left out), what they weigh, how many came, the last one's sequence. */
type Got = { entries: LiveEntry[]; bytes: number; count: number; last: number }

type Waiting = Got & { resolve(got: Got | 'too many'): void; reject(error: Error): void }

const DEADLINE_MS = 5_000

/** Reads a stream's messages in batches, without a consumer; all requests share one subscription. */
export function directGets({ connection, whileConnected }: Nats, stream: string) {
  const waiting = new Map<string, Waiting>()
  const inbox = createInbox()
  let requests = 0
  let isListening = false

  const listen = () => {
    isListening = true
    connection.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        const token = message.subject.slice(inbox.length + 1)
        const request = waiting.get(token)
        if (request && (error ? refuse(request, error) : take(request, message))) waiting.delete(token)
      },
    })
  }

  /** Rejects where the connection is lost, the stream is not there or NATS does not answer in time. */
  return (get: DirectGet): Promise<Got | 'too many'> =>
    whileConnected(() => {
      if (!isListening) listen()
      const token = String(++requests)
      const { promise, resolve, reject } = Promise.withResolvers<Got | 'too many'>()
      waiting.set(token, { entries: [], bytes: 0, count: 0, last: 0, resolve, reject })
      const late = setTimeout(() => reject(new Error('NATS did not answer a direct get in time.')), DEADLINE_MS)
      try {
        connection.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify(get), { reply: `${inbox}.${token}` })
      } catch (error) {
        reject(error) // The connection is closed.
      }
      return promise.finally(() => {
        clearTimeout(late)
        waiting.delete(token)
      })
    })
}

function refuse(request: Waiting, error: Error): true {
  request.reject(error)
  return true
}

/** Returns whether it was the last reply. What can't be read fails its own request, not the connection. */
function take(request: Waiting, message: Msg): boolean {
  try {
    return takeReply(request, message)
  } catch (error) {
    return refuse(request, new Error('NATS gave a reply that can not be read.', { cause: error }))
  }
}

function takeReply(request: Waiting, message: Msg): boolean {
  const { headers, data } = message
  const code = data.length === 0 ? (headers?.code ?? 0) : 0
  if (code === 0) {
    const sequence = Number(headers?.get('Nats-Sequence'))
    const entry = readEntry(headers?.get('Nats-Subject') ?? '', sequence, message)
    if (entry) request.entries.push(entry)
    request.bytes += data.length
    request.count += 1
    request.last = sequence
    return false
  }
  if (code === 204 || (code === 404 && request.count === 0)) request.resolve(request)
  else if (code === 413) request.resolve('too many')
  // 404 in the middle: retention has just removed what was to be read.
  else refuse(request, new Error(`NATS refused a direct get: ${code} ${headers?.description}`))
  return true
}
