import type { Agent, Dispatcher } from 'undici'
import { decodeContent } from './content-coding.ts'

/** The deadline of an exchange. When it expires, `expired` is set and `onExpired` is called. */
export type Deadline = { expired: Error | null; onExpired: (reason: Error) => void }

export type Post = { origin: string; path: string; headers: Record<string, string>; body: string }

/** The deadline expired before a connection was made. */
export class NotConnected extends Error {}

/** `unreadable` says why the content could not be decoded. */
export type Response = { status: number; text: string; unreadable?: string }

/**
 * Posts one body and reads the whole response, whatever its status. Compressed content is decoded to at most `maxBytes`. Throws
 * if there is none, or `deadline.expired`. It uses undici's `dispatch`, because the stream, signal and promises of its `request`
 * cost a tenth of a whole request.
 */
export function post(agent: Agent, request: Post, deadline: Deadline, maxBytes: number): Promise<Response> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    let contentEncoding: string | string[] | undefined
    let exchange: Dispatcher.DispatchController | null = null
    deadline.onExpired = (reason) => {
      exchange?.abort(reason)
      reject(exchange ? reason : new NotConnected(`${reason.message}: no connection was made`))
    }
    agent.dispatch(
      { ...request, method: 'POST' },
      {
        onRequestStart: (controller) => {
          // The deadline may have expired while the request waited for a connection.
          if (deadline.expired) controller.abort(deadline.expired)
          exchange = controller
        },
        onResponseStart: (_, statusCode, headers) => {
          status = statusCode
          contentEncoding = headers['content-encoding']
        },
        onResponseData: (_, chunk) => {
          chunks.push(chunk)
        },
        onResponseEnd: () => {
          const bytes = joined(chunks)
          if (contentEncoding === undefined) return resolve({ status, text: textOf(bytes) })
          decodeContent(bytes, `${contentEncoding}`, maxBytes).then(
            (decoded) => resolve({ status, text: textOf(decoded) }),
            (error: Error) => resolve({ status, text: '', unreadable: error.message }),
          )
        },
        onResponseError: (_, error) => reject(error),
      },
    )
  })
}

const BYTE_ORDER_MARK = '\uFEFF'

function joined(chunks: Buffer[]): Buffer {
  const [first] = chunks
  return chunks.length === 1 && first ? first : Buffer.concat(chunks)
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString()
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}
