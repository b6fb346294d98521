import { GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import { CloseCode, MessageType, type SubscribeMessage } from 'graphql-ws'
import { code, RATE_LIMITED_MESSAGE } from '../../errors.ts'
import { correlation } from '../../request/correlation.ts'
import type { ReadOperation } from '../../request/documents.ts'
import { ourFault, plainError, tooMany } from '../run.ts'
import type { Sink } from '../types.ts'
import type { Transport } from './transport.ts'
import { giveBack, turn } from './ws-answers.ts'
import type { WsClient, WsOperation } from './ws-client.ts'
import { shut } from './ws-close.ts'
import { send, sendNext, type WhenTaken } from './ws-send.ts'

/** An id is kept, and sent with every result. */
const LONGEST_ID = 256

/** `subscribe`: an operation of any kind. */
export async function begin(transport: Transport, client: WsClient, { id, payload }: SubscribeMessage) {
  const { limits, owners, rateLimit, formatError } = transport
  if (client.state !== 'open') return shut(transport, client, CloseCode.Unauthorized, 'Unauthorized')
  if (id.length > LONGEST_ID) {
    return shut(transport, client, CloseCode.BadRequest, `An id has at most ${LONGEST_ID} characters`)
  }
  client.operations ??= new Map()
  if (client.operations.has(id)) {
    const reason = `Subscriber for ${id} already exists`
    return shut(transport, client, CloseCode.SubscriberAlreadyExists, reason, 'Subscriber already exists')
  }
  const refuse = (errors: readonly unknown[], whenTaken?: WhenTaken) =>
    send(transport, client, JSON.stringify({ id, type: MessageType.Error, payload: errors }), whenTaken)
  const { owner } = client
  // Before it is read: reading and planning it is what costs most.
  const waitMs = rateLimit(owner.key)
  if (waitMs > 0) return refuse([formatError(tooOften(waitMs))])
  if (client.operations.size >= limits.operationsPerConnection || !owners.begin(owner)) return refuse([tooMany])

  const operation: WsOperation = { subscription: null, wasDrained: false, begin: null }
  client.operations.set(id, operation)
  const isOver = () => client.operations?.get(id) !== operation
  const headers = flat(correlation({}))
  const document = read(transport, payload, headers['x-request-id'])
  if ('errors' in document) {
    finish(transport, client, id, operation)
    return refuse(document.errors)
  }
  const isAnswered = document.kind !== OperationTypeNode.SUBSCRIPTION
  if (isAnswered) await turn(client, operation)
  if (isOver()) return giveBack(client) // Only who waited for a turn can be over by now.
  const who = { ...client.who, headers }
  const outcome = await transport.run(document, who, sinkOf(transport, client, id, operation))

  if ('subscription' in outcome) {
    // Ended before it had begun: by the client, by going, or by itself.
    if (isOver()) return outcome.subscription.stop()
    operation.subscription = outcome.subscription
    if (operation.wasDrained) outcome.subscription.drained()
    return
  }
  if (isOver()) return isAnswered ? giveBack(client) : undefined
  client.operations?.delete(id)
  const whenTaken: WhenTaken = (error) => {
    owners.end(owner)
    if (isAnswered && !error) giveBack(client)
  }
  if ('errors' in outcome) return refuse(outcome.errors, whenTaken)
  sendNext(transport, client, nextOf(id), outcome.result)
  send(transport, client, completeOf(id), whenTaken)
}

/** What is to be run, or why it is not. A bug that it meets costs this operation only, as everywhere in `Run`. */
function read(
  { documents, formatError, log }: Transport,
  payload: SubscribeMessage['payload'],
  requestId: string,
): ReadOperation | { errors: readonly GraphQLFormattedError[] } {
  try {
    const document = documents(payload)
    return 'errors' in document ? { errors: document.errors.map(formatError) } : document
  } catch (error) {
    log.error({ requestId, err: error }, 'operation failed')
    return { errors: [ourFault] }
  }
}

/** Takes an operation out of the connection's; false where it is no longer one of them. */
export function finish({ owners }: Transport, client: WsClient, id: string, operation: WsOperation): boolean {
  if (client.operations?.get(id) !== operation) return false
  client.operations.delete(id)
  owners.end(client.owner)
  return true
}

/** As HTTP says it by `Retry-After`, in seconds. */
const tooOften = (waitMs: number) =>
  new GraphQLError(RATE_LIMITED_MESSAGE, {
    extensions: { code: code.rateLimited, retryAfter: Math.ceil(waitMs / 1_000) },
  })

/** The same, each text in one piece: Node makes a UUID of 20, which an idle subscriber would hold (a KB of memory). */
const flat = <Texts>(texts: Texts): Texts => JSON.parse(JSON.stringify(texts))

function sinkOf(transport: Transport, client: WsClient, id: string, operation: WsOperation): Sink {
  const start = nextOf(id)
  return {
    next: (result) => {
      if (client.operations?.get(id) === operation) sendNext(transport, client, start, result)
    },
    isReady: () => client.stalledFor === null,
    end: (reason) => {
      if (!finish(transport, client, id, operation)) return
      const errors = reason && [plainError(reason.message, reason.code)]
      send(transport, client, errors ? JSON.stringify({ id, type: 'error', payload: errors }) : completeOf(id))
    },
  }
}

/** The result's JSON text and a brace follow. */
const nextOf = (id: string) => `{"id":${asciiJson(id)},"type":"next","payload":`
const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const completeOf = (id: string) => `{"id":${JSON.stringify(id)},"type":"complete"}`
