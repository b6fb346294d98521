import type { Msg } from 'nats'
import type { Nats } from './connection.ts'
import { type LiveEntry, readEntry } from './live-entry.ts'

/** A batched direct get, for which nats.js has no API: https://github.com/nats-io/nats-architecture-and-design, ADR-31. */
type DirectGet =
  | { multi_last: string[]; up_to_seq: number }
  | { next_by_subj: string; seq: number; batch: number; max_bytes: number }

/** The valid messages of a batch; and of all of them the size in bytes, the number, and the last one's sequence. */
type Batch = { entries: LiveEntry[]; bytes: number; count: number; last: number }

/** `silence` ends the request; each reply begins it anew. */
type PendingGet = Batch & {
  silence: NodeJS.Timeout
  resolve(batch: Batch | 'too many'): void
  reject(error: Error): void
}

/** So long NATS may say nothing. A deadline for a whole batch of megabytes would depend on the machine's speed. */
const MAX_SILENCE_MS = 5_000

/** Reads a stream's messages in batches, without a consumer; all requests share one subscription. */
export function directGets({ connection, whileConnected, createInbox }: Nats, stream: string) {
  const pending = new Map<string, PendingGet>()
  const inbox = createInbox()
  let requests = 0
  let isListening = false

  const listen = () => {
    isListening = true
    connection.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        const token = message.subject.slice(inbox.length + 1)
        const request = pending.get(token)
        if (request && (error ? fail(request, error) : receive(request, message))) pending.delete(token)
      },
    })
  }

  /** Rejects if the connection is lost, the stream does not exist, or NATS does not answer in time. */
  return (get: DirectGet): Promise<Batch | 'too many'> =>
    whileConnected(() => {
      if (!isListening) listen()
      const token = String(++requests)
      const { promise, resolve, reject } = Promise.withResolvers<Batch | 'too many'>()
      const silent = () => reject(new Error('NATS did not answer a direct get in time.'))
      const silence = setTimeout(silent, MAX_SILENCE_MS)
      pending.set(token, { entries: [], bytes: 0, count: 0, last: 0, silence, resolve, reject })
      try {
        connection.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify(get), { reply: `${inbox}.${token}` })
      } catch (error) {
        reject(error) // The connection is closed.
      }
      return promise.finally(() => {
        clearTimeout(silence)
        pending.delete(token)
      })
    })
}

function fail(request: PendingGet, error: Error): true {
  request.reject(error)
  return true
}

/** Returns whether it was the last reply. A malformed reply fails its own request, not the shared subscription. */
function receive(request: PendingGet, message: Msg): boolean {
  try {
    return addReply(request, message)
  } catch (error) {
    return fail(request, new Error('NATS sent a malformed reply.', { cause: error }))
  }
}

function addReply(request: PendingGet, message: Msg): boolean {
  const { headers, data } = message
  request.silence.refresh()
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
  // 404 in the middle of a batch: retention has just removed the messages.
  else fail(request, new Error(`NATS refused a direct get: ${code} ${headers?.description}`))
  return true
}
