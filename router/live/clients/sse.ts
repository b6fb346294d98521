import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLError, OperationTypeNode } from 'graphql'
import { detached } from '../../../chassis/detached.ts'
import { code, errorBody } from '../../errors.ts'
import { type OperationParams, refusalByGet } from '../../request/read-operation.ts'
import { sendErrors } from '../../request/refuse.ts'
import { formattedError, type Outcome, tokenEnd, tooManyOperationsError } from '../operation-runner.ts'
import type { LiveCaller, Sink, Subscription } from '../types.ts'
import { createClientRegistry } from './client-registry.ts'
import type { Quota } from './quotas.ts'
import type { Transport } from './transport.ts'

/** Seconds. */
const HEARTBEAT_INTERVAL_S = 12
const MAX_STALLED_S = 30
const RETRY_AFTER_S = 2

/** One operation on its own HTTP connection. */
type EventStream = {
  response: ServerResponse
  quota: Quota
  caller: Pick<LiveCaller, 'expiresAt' | 'revocable'>
  /** Null until it has started, and for queries and mutations. */
  subscription: Subscription | null
  hasEnded: boolean
  drainedEarly: boolean
  /** Seconds since the last heartbeat. */
  idleSeconds: number
  /** Seconds for which more than `waitingBytes` have been unsent; null if they are not. */
  stalledSeconds: number | null
}

export type EventStreams = ReturnType<typeof createEventStreams>

/**
 * GraphQL over Server-Sent Events, by the protocol of the package graphql-sse (PROTOCOL.md, distinct connections mode),
 * with the events `next` and `complete`.
 *
 * A page of another site can make a browser open a stream by GET, but can neither add a token nor read the response. Such
 * a stream is anonymous, and GET runs no mutations, and nothing with a secret.
 */
export function createEventStreams(transport: Omit<Transport, 'authenticate' | 'rateLimit' | 'work'>) {
  const { readOperation, runOperation, isRevoked, quotas, addressOf, limits, formatError, log } = transport
  const clients = createClientRegistry<ServerResponse, EventStream>(
    {
      check: checkStream,
      isBusy: ({ subscription, hasEnded }) => subscription === null && !hasEnded,
      // Without `complete`, the client knows that the operation is not over, and reconnects.
      sendAway: (stream) => endStream(stream, `retry: ${Math.round(Math.random() * limits.drainMs)}\n\n`),
      terminate: ({ response }) => response.destroy(),
    },
    log,
  )

  /** Above `waitingBytes` unsent the stream is not ready; if its quota has more than `untakenBytes`, it is disconnected. */
  const write = (stream: EventStream, text: string) => {
    const { response, quota } = stream
    if (response.writableLength + text.length <= limits.waitingBytes) {
      response.write(text)
      return
    }
    const bytes = Buffer.byteLength(text)
    if (!quotas.holdBytes(quota, bytes)) return void response.destroy()
    stream.stalledSeconds ??= 0
    response.write(text, () => {
      quotas.releaseBytes(quota, bytes)
      if (stream.stalledSeconds === null || response.writableLength > limits.waitingBytes) return
      stream.stalledSeconds = null
      stream.drainedEarly = stream.subscription === null
      detached(() => stream.subscription?.drained(), {
        log,
        what: 'a drained subscription could not be resumed',
        end: () => response.destroy(),
      })
    })
  }
  const formatErrors = ({ errors }: { errors: readonly GraphQLError[] }) => ({ errors: errors.map(formatError) })
  const next = (stream: EventStream, result: string) => {
    if (!stream.hasEnded) write(stream, `event: next\ndata: ${result}\n\n`)
  }
  const complete = (stream: EventStream) => endStream(stream, 'event: complete\ndata:\n\n')
  const sinkOf = (stream: EventStream): Sink => ({
    next: (result) => next(stream, result),
    isReady: () => stream.stalledSeconds === null,
    end: (reason) => {
      stream.subscription = null // It has ended itself and needs no `stop`.
      if (reason) next(stream, JSON.stringify({ errors: [formattedError(reason.message, reason.code)] }))
      complete(stream)
    },
  })
  const applyOutcome = (stream: EventStream, outcome: Outcome) => {
    if ('subscription' in outcome) {
      // The client disconnected before it had started, or it ended by itself.
      if (stream.hasEnded) return outcome.subscription.stop()
      stream.subscription = outcome.subscription
      if (stream.drainedEarly) outcome.subscription.drained()
      return
    }
    next(stream, 'errors' in outcome ? JSON.stringify({ errors: outcome.errors }) : outcome.result)
    complete(stream)
  }

  return {
    /** Whether these are the parameters of a subscription, which only events can answer. */
    isSubscription: async (params: OperationParams, client: string): Promise<boolean> => {
      const document = await readOperation(params, client)
      return 'kind' in document && document.kind === OperationTypeNode.SUBSCRIPTION
    },
    /** Answers an authenticated request. A request that is not a GraphQL request gets an HTTP status instead of a stream. */
    async handle(request: IncomingMessage, response: ServerResponse, params: OperationParams, caller: LiveCaller) {
      if (response.destroyed) return // The client disconnected during authentication.
      const document = await readOperation(params, caller.quotaKey ?? '')
      if (response.destroyed) return
      if ('errors' in document && document.errors[0]?.extensions.code === code.badRequest) {
        return sendErrors(response, 400, formatErrors(document))
      }
      const notByGet = request.method === 'GET' && 'kind' in document ? refusalByGet(document) : null
      if (notByGet) {
        response.setHeader('allow', 'POST')
        return sendErrors(response, 405, errorBody(notByGet, code.badRequest))
      }
      const quota = quotas.addConnection(caller.claims, addressOf(request))
      if (typeof quota === 'string') return sendTooMany(response, quota === 'process' ? 503 : 429)
      if (!quotas.startOperation(quota)) {
        quotas.removeConnection(quota)
        return sendTooMany(response, 429)
      }
      const { expiresAt, revocable } = caller
      const stream: EventStream = { ...NEW_STREAM, response, quota, caller: { expiresAt, revocable } }
      clients.add(response, stream)
      response.once('close', () => {
        clients.remove(response)
        quotas.endOperation(quota)
        quotas.removeConnection(quota)
        detached(() => endStream(stream), { log, what: 'a disconnected client could not be stopped' })
      })
      response.setHeaders(HEADERS)
      response.writeHead(200)
      response.write(HEARTBEAT) // Some browsers regard the stream as open only after its first bytes.
      applyOutcome(
        stream,
        'errors' in document ? formatErrors(document) : await runOperation(document, caller, sinkOf(stream)),
      )
    },
    /** Sends all clients away over `drainMs`; resolves when all streams are closed. */
    close: () => clients.drain(limits.drainMs),
  }

  /** Runs once a second for each stream. */
  function checkStream(stream: EventStream) {
    if (stream.stalledSeconds !== null) {
      stream.stalledSeconds += 1
      if (stream.stalledSeconds > MAX_STALLED_S) stream.response.destroy()
    }
    const end = tokenEnd(stream.caller, isRevoked)
    if (stream.hasEnded) {
      stream.stalledSeconds ??= 0 // The last events must be sent in time, too.
    } else if (end) {
      // Without `complete`, as above: the request that follows has a fresh token. The comment is for people.
      endStream(stream, `: ${end}\n\n`)
    } else if (++stream.idleSeconds >= HEARTBEAT_INTERVAL_S) {
      stream.idleSeconds = 0
      write(stream, HEARTBEAT)
    }
  }
}

/** Ends a stream and stops its subscription. */
function endStream(stream: EventStream, lastText?: string) {
  if (stream.hasEnded) return
  stream.hasEnded = true
  stream.subscription?.stop()
  stream.subscription = null
  stream.response.end(lastText)
}

const NEW_STREAM: Omit<EventStream, 'response' | 'quota' | 'caller'> = {
  subscription: null,
  hasEnded: false,
  drainedEarly: false,
  idleSeconds: 0,
  stalledSeconds: null,
}

const HEARTBEAT = ':\n\n'
/** They are set, not only written, so that metrics can tell a stream by its type. */
const HEADERS = new Map([
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['x-accel-buffering', 'no'], // nginx and others would buffer the events
])

function sendTooMany(response: ServerResponse, status: 429 | 503) {
  response.setHeader('retry-after', RETRY_AFTER_S)
  sendErrors(response, status, { errors: [tooManyOperationsError] })
}
