import type { Agent, Dispatcher } from 'undici'

/** How long an exchange may take: `over` says so once it is, and `onOver` is called then. */
export type Deadline = { over: Error | null; onOver: (reason: Error) => void }

export type Post = { origin: string; path: string; headers: Record<string, string>; body: string }

/**
 * Posts one body and reads the whole answer, whatever its status. Throws if there is none, `deadline.over` if it is too late.
 * By undici's events: the stream, signal and promises of its `request` cost the router a tenth of a whole request.
 */
export function post(agent: Agent, request: Post, deadline: Deadline): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    let exchange: Dispatcher.DispatchController | null = null
    deadline.onOver = (reason) => {
      exchange?.abort(reason)
      reject(reason)
    }
    agent.dispatch(
      { ...request, method: 'POST' },
      {
        onRequestStart: (controller) => {
          // It may have waited for a connection until now.
          if (deadline.over) controller.abort(deadline.over)
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
