import type { Agent, Dispatcher } from 'undici'

/** The deadline of an exchange. When it expires, `expired` is set and `onExpired` is called. */
export type Deadline = { expired: Error | null; onExpired: (reason: Error) => void }

export type Post = { origin: string; path: string; headers: Record<string, string>; body: string }

/** The deadline expired before a connection was made. */
export class NotConnected extends Error {}

/**
 * Posts one body and reads the whole response, whatever its status. Throws if there is none, or `deadline.expired`. It uses
 * undici's `dispatch`, because the stream, signal and promises of its `request` cost a tenth of a whole request.
 */
export function post(agent: Agent, request: Post, deadline: Deadline): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
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
        onResponseStart: (_, statusCode) => {
          status = statusCode
        },
        onResponseData: (_, chunk) => {
          chunks.push(chunk)
        },
        onResponseEnd: () => resolve({ status, text: textOf(chunks) }),
        onResponseError: (_, error) => reject(error),
      },
    )
  })
}

const BYTE_ORDER_MARK = '\uFEFF'

function textOf(chunks: Buffer[]): string {
  const [first] = chunks
  const text = (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString()
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}
