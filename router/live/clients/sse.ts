import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLError, OperationTypeNode } from 'graphql'
import { detached } from '../../../chassis/detached.ts'
import { sendJson } from '../../../chassis/http.ts'
import { code, errorBody } from '../../errors.ts'
import type { OperationParams } from '../../request/documents.ts'
import { type Outcome, plainError, tokenExpired, tooMany } from '../run.ts'
import type { Sink, Subscriber, Subscription } from '../types.ts'
import { createClients } from './draining.ts'
import type { Owner } from './quotas.ts'
import type { Transport } from './transport.ts'

/** Seconds. */
const HEARTBEAT_EVERY = 12
const STALLED_AT_MOST = 30
const RETRY_AFTER_S = 2

/** One operation on its own HTTP connection. */
type Stream = {
  response: ServerResponse
  owner: Owner
  expiresAt: number | null
  /** Null until it has begun, and for queries and mutations. */
  subscription: Subscription | null
  isOver: boolean
  wasDrained: boolean
  /** Seconds since the last heartbeat; and for which it has taken too little of what was sent (null: all is well). */
  quietFor: number
  stalledFor: number | null
}

export type EventStreams = ReturnType<typeof createEventStreams>

/**
 * GraphQL over Server-Sent Events, as the package graphql-sse says it (PROTOCOL.md, distinct connections mode): `next` and
 * `complete`. `close` sends everybody away, spread over time.
 *
 * A page of another site can make a browser ask for a stream by GET, but not add a token, nor read what comes: it is
 * nobody's, and changes nothing.
 */
export function createEventStreams(transport: Omit<Transport, 'authenticate' | 'rateLimit'>) {
  const { documents, run, owners, addressOf, limits, formatError, log } = transport
  const clients = createClients<ServerResponse, Stream>(
    {
      look,
      isBusy: ({ subscription, isOver }) => subscription === null && !isOver,
      // No `complete`: for the client it is not over, and it comes again.
      send: (stream) => over(stream, `retry: ${Math.round(Math.random() * limits.drainMs)}\n\n`),
      cut: ({ response }) => response.destroy(),
    },
    log,
  )
  let isStopping = false

  /** A stream that has too much waiting is not ready until it has taken it; where its owner has far too much, it is cut off. */
  const write = (stream: Stream, text: string) => {
    const { response, owner } = stream
    if (response.writableLength + text.length <= limits.waitingBytes) {
      response.write(text)
      return
    }
    const bytes = Buffer.byteLength(text)
    if (!owners.hold(owner, bytes)) return void response.destroy()
    stream.stalledFor ??= 0
    response.write(text, () => {
      owners.taken(owner, bytes)
      if (stream.stalledFor === null || response.writableLength > limits.waitingBytes) return
      stream.stalledFor = null
      stream.wasDrained = stream.subscription === null
      detached(() => stream.subscription?.drained(), {
        ...{ log, what: 'a subscription could not go on' },
        end: () => response.destroy(),
      })
    })
  }
  const told = ({ errors }: { errors: readonly GraphQLError[] }) => ({ errors: errors.map(formatError) })
  const next = (stream: Stream, result: string) => {
    if (!stream.isOver) write(stream, `event: next\ndata: ${result}\n\n`)
  }
  const complete = (stream: Stream) => over(stream, 'event: complete\ndata:\n\n')
  const sinkOf = (stream: Stream): Sink => ({
    next: (result) => next(stream, result),
    isReady: () => stream.stalledFor === null,
    end: (reason) => {
      stream.subscription = null // It knows.
      if (reason) next(stream, JSON.stringify({ errors: [plainError(reason.message, reason.code)] }))
      complete(stream)
    },
  })
  const finish = (stream: Stream, outcome: Outcome) => {
    if ('subscription' in outcome) {
      // Ended before it had begun: by going, or by itself.
      if (stream.isOver) return outcome.subscription.stop()
      stream.subscription = outcome.subscription
      if (stream.wasDrained) outcome.subscription.drained()
      return
    }
    next(stream, 'errors' in outcome ? JSON.stringify({ errors: outcome.errors }) : outcome.result)
    complete(stream)
  }

  return {
    /** Answers a request whose sender is known. What is wrong with it before it is one of GraphQL is told in HTTP. */
    async answer(request: IncomingMessage, response: ServerResponse, params: OperationParams, who: Subscriber) {
      if (response.destroyed) return // It has gone meanwhile.
      const document = documents(params)
      if ('errors' in document && document.errors[0]?.extensions.code === code.badRequest) {
        return sendJson(response, 400, told(document))
      }
      if (request.method === 'GET' && 'kind' in document && document.kind === OperationTypeNode.MUTATION) {
        response.setHeader('allow', 'POST')
        return sendJson(response, 405, errorBody('A mutation is sent by POST.', code.badRequest))
      }
      const owner = isStopping ? 'process' : owners.enter(who.claims, addressOf(request))
      if (typeof owner === 'string') return sendTooMany(response, owner === 'process' ? 503 : 429)
      if (!owners.begin(owner)) {
        owners.leave(owner)
        return sendTooMany(response, 429)
      }
      const stream: Stream = { ...NEW, response, owner, expiresAt: who.expiresAt }
      clients.add(response, stream)
      response.once('close', () => {
        clients.remove(response)
        owners.end(owner)
        owners.leave(owner)
        detached(() => over(stream), { log, what: 'a client that went could not be stopped' })
      })
      response.writeHead(200, HEADERS)
      response.write(HEARTBEAT) // Some browsers take the stream as open only when something has come.
      finish(stream, 'errors' in document ? told(document) : await run(document, who, sinkOf(stream)))
    },
    /** Ends when all streams are gone. */
    close: () => {
      isStopping = true
      return clients.drain(limits.drainMs)
    },
  }

  /** Once a second. */
  function look(stream: Stream) {
    if (stream.stalledFor !== null) {
      stream.stalledFor += 1
      if (stream.stalledFor > STALLED_AT_MOST) stream.response.destroy()
    }
    if (stream.isOver) {
      stream.stalledFor ??= 0 // Its last words are to be taken in time, too.
    } else if (stream.expiresAt !== null && stream.expiresAt <= Date.now()) {
      next(stream, JSON.stringify({ errors: [tokenExpired] }))
      complete(stream)
    } else if (++stream.quietFor >= HEARTBEAT_EVERY) {
      stream.quietFor = 0
      write(stream, HEARTBEAT)
    }
  }
}

/** Ends a stream, and stops at once what it was for. */
function over(stream: Stream, lastWords?: string) {
  if (stream.isOver) return
  stream.isOver = true
  stream.subscription?.stop()
  stream.subscription = null
  stream.response.end(lastWords)
}

const NEW: Omit<Stream, 'response' | 'owner' | 'expiresAt'> = {
  subscription: null,
  isOver: false,
  wasDrained: false,
  quietFor: 0,
  stalledFor: null,
}

const HEARTBEAT = ':\n\n'
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no', // nginx and others would keep the events until they have enough of them
  'x-content-type-options': 'nosniff',
}

function sendTooMany(response: ServerResponse, status: 429 | 503) {
  response.setHeader('retry-after', RETRY_AFTER_S)
  sendJson(response, status, { errors: [tooMany] })
}
