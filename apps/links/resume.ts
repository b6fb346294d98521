/** A GraphQL error as it comes from the router. */
export type Problem = { message: string; extensions?: { code?: string; retryAfter?: number } }
export type LiveResult = { data?: Record<string, unknown> | null; errors?: readonly Problem[] }
export type LiveRequest = { query: string; variables?: Record<string, unknown> | null; operationName?: string | null }
/** What an app's client library listens with. `error` gets a LiveError; nothing comes after `error` or `complete`. */
export type LiveSink = { next(result: LiveResult): void; error(error: LiveError): void; complete(): void }
/** Starts a subscription and returns how to end it. */
export type Subscribe = (request: LiveRequest, sink: LiveSink) => () => void

/** Why a subscription cannot go on. `errors` is empty if the connection itself was refused. */
export class LiveError extends Error {
  readonly errors: readonly Problem[]
  constructor(message: string, errors: readonly Problem[] = []) {
    super(message)
    this.errors = errors
  }
}

export type Hooks = {
  /** Is called with the reason when a subscription was cut, before it goes on. */
  onCut?(reason: string): void
}

/** `subscribe` of a client of graphql-ws or graphql-sse, which must not retry by itself: `retryAttempts: 0`. */
export type Transport = {
  subscribe(
    request: LiveRequest,
    sink: { next(result: LiveResult): void; error(error: unknown): void; complete(): void },
  ): () => void
}

/** Codes of errors that end a subscription, but not for good. */
const TRANSIENT = ['TOO_MANY_OPERATIONS', 'RATE_LIMITED', 'OVERLOADED', 'INTERNAL_SERVER_ERROR']
/** Codes with which a WebSocket is closed for what the client did: it would do it again. */
const FINAL_CLOSES = [1002, 1003, 1007, 1008, 1009, 4400, 4401, 4406, 4409, 4429, 4500]
/** A retry waits a random time up to a limit, which doubles from `minMs`, so that a router's clients do not return together. */
const BACK_OFF = { minMs: 100, maxMs: 10_000 }

/**
 * Subscribes again after each cut, with the newest update's cursor as `after`, so that the app gets each update once and
 * never sees the cut. The operation has the variable `$after: LiveCursor` and selects `kind` and `cursor`.
 */
export const resuming =
  (transport: Transport, hooks: Hooks = {}): Subscribe =>
  (request, sink) => {
    let after = request.variables?.after
    let failures = 0
    let isOver = false
    let stopAttempt = () => {}
    let timer: ReturnType<typeof setTimeout> | undefined

    const end = (how: () => void) => {
      isOver = true
      stopAttempt()
      how()
    }
    const start = () => {
      const startedAt = Date.now()
      let hasEnded = false
      const failed = (error: unknown) => {
        if (isOver || hasEnded) return
        hasEnded = true
        const { reason, code, retryAfterMs, errors, isFinal } = read(error)
        const isCursorLost = code === 'BAD_CURSOR' && after !== undefined && after !== null
        if (isFinal && !isCursorLost) return end(() => sink.error(new LiveError(reason, errors)))
        stopAttempt()
        if (isCursorLost) after = undefined // The routers' secret has changed. A GAP follows.
        hooks.onCut?.(reason)
        // A cut now and then is no reason to wait longer.
        if (Date.now() - startedAt > BACK_OFF.maxMs) failures = 0
        const limitMs = Math.min(BACK_OFF.minMs * 2 ** failures++, BACK_OFF.maxMs)
        timer = setTimeout(start, retryAfterMs + Math.random() * limitMs)
      }
      const variables = { ...request.variables, after }
      stopAttempt = transport.subscribe(
        { ...request, variables },
        {
          next: (result) => {
            if (isOver || hasEnded) return
            if (!result.data) return failed(result.errors ?? []) // as graphql-sse reports errors
            const [update] = Object.values(result.data)
            if (hasCursor(update)) {
              after = update.cursor
              // Each attempt may get a GAP and SNAPSHOTs before the same failure.
              if (update.kind === 'CHANGE') failures = 0
            }
            sink.next(result)
          },
          error: failed,
          complete: () => {
            if (!isOver && !hasEnded) end(() => sink.complete())
          },
        },
      )
    }
    start()
    return () => {
      if (isOver) return
      clearTimeout(timer)
      end(() => {})
    }
  }

const hasCursor = (update: unknown): update is { cursor: string; kind?: unknown } =>
  typeof update === 'object' && update !== null && 'cursor' in update && typeof update.cursor === 'string'

/** What ended an attempt: a list of GraphQL errors, a CloseEvent, or an Error. */
function read(error: unknown) {
  if (Array.isArray(error)) {
    const errors: readonly Problem[] = error // as the protocols of graphql-ws and graphql-sse say
    const { message = 'The server sent no data.', extensions: { code = '', retryAfter = 0 } = {} } = errors[0] ?? {}
    return { reason: message, code, retryAfterMs: retryAfter * 1_000, errors, isFinal: !TRANSIENT.includes(code) }
  }
  const { code, reason, message } = Object(error) as { code?: number; reason?: string; message?: string } // all optional
  return {
    reason: reason || message || `The connection was closed${code ? ` (${code})` : ''}.`,
    code: '',
    retryAfterMs: 0,
    errors: [],
    isFinal: FINAL_CLOSES.includes(Number(code)),
  }
}
