import { type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import { CloseCode, MessageType, type SubscribeMessage } from 'graphql-ws'
import { rateLimitedError } from '../../errors.ts'
import { correlation } from '../../request/correlation.ts'
import type { ValidOperation } from '../../request/read-operation.ts'
import { formattedError, internalError, tooManyOperationsError } from '../operation-runner.ts'
import type { Sink } from '../types.ts'
import type { Transport } from './transport.ts'
import { acquireSlot, releaseSlot, TRY_AGAIN_LATER, type WsClient, type WsOperation } from './ws-client.ts'
import { closeClient } from './ws-close.ts'
import { type OnSent, queueNext, send } from './ws-send.ts'

/** Ids are limited because they are kept, and sent with every result. */
const MAX_ID_LENGTH = 256
/** Refusals cost time, too. A client that waits as `retryAfter` says gets none of them in a row. */
const MAX_RATE_LIMITED_IN_A_ROW = 100

/** Handles a `subscribe` message, which starts an operation of any kind. */
export async function startOperation(transport: Transport, client: WsClient, { id, payload }: SubscribeMessage) {
  const { limits, quotas, rateLimit, formatError } = transport
  if (client.state !== 'open') return closeClient(transport, client, CloseCode.Unauthorized, 'Unauthorized')
  if (id.length > MAX_ID_LENGTH) {
    return closeClient(transport, client, CloseCode.BadRequest, `An id has at most ${MAX_ID_LENGTH} characters`)
  }
  client.operations ??= new Map()
  if (client.operations.has(id)) {
    const reason = `Subscriber for ${id} already exists`
    return closeClient(transport, client, CloseCode.SubscriberAlreadyExists, reason, 'Subscriber already exists')
  }
  const refuse = (errors: readonly unknown[], onSent?: OnSent) =>
    send(transport, client, JSON.stringify({ id, type: MessageType.Error, payload: errors }), onSent)
  const { quota } = client
  // The rate is checked before parsing and planning, which cost most.
  const waitMs = rateLimit.take(quota.key)
  if (waitMs > 0) {
    client.rateLimitedInARow += 1
    if (client.rateLimitedInARow > MAX_RATE_LIMITED_IN_A_ROW) {
      return closeClient(transport, client, TRY_AGAIN_LATER, 'Too many operations in a row were RATE_LIMITED')
    }
    return refuse([formatError(rateLimitedError(waitMs))])
  }
  client.rateLimitedInARow = 0
  if (client.operations.size >= limits.operationsPerConnection || !quotas.startOperation(quota))
    return refuse([tooManyOperationsError])

  const operation: WsOperation = { subscription: null, drainedEarly: false, start: null }
  client.operations.set(id, operation)
  const hasEnded = () => client.operations?.get(id) !== operation
  const headers = flatten(correlation({}))
  const document = await readDocument(transport, payload, quota.key, headers['x-request-id'])
  if (hasEnded()) return
  if ('errors' in document) {
    finishOperation(transport, client, id, operation)
    return refuse(document.errors)
  }
  const needsSlot = document.kind !== OperationTypeNode.SUBSCRIPTION
  if (needsSlot) await acquireSlot(client, operation)
  if (hasEnded()) return releaseSlot(client) // This happens only while it waits for a slot.
  const caller = { ...client.caller, headers, quotaKey: quota.key }
  const outcome = await transport.runOperation(document, caller, sinkOf(transport, client, id, operation))

  if ('subscription' in outcome) {
    // The client completed it or disconnected before it had started, or it ended by itself.
    if (hasEnded()) return outcome.subscription.stop()
    operation.subscription = outcome.subscription
    if (operation.drainedEarly) outcome.subscription.drained()
    return
  }
  if (hasEnded()) return needsSlot ? releaseSlot(client) : undefined
  client.operations?.delete(id)
  const onSent: OnSent = (error) => {
    quotas.endOperation(quota)
    if (needsSlot && !error) releaseSlot(client)
  }
  if ('errors' in outcome) return refuse(outcome.errors, onSent)
  queueNext(transport, client, nextPrefix(id), outcome.result)
  send(transport, client, completeMessage(id), onSent)
}

/** Parses and validates an operation. An unexpected exception fails this operation only, as in `RunOperation`. */
async function readDocument(
  { readOperation, formatError, log }: Transport,
  payload: SubscribeMessage['payload'],
  client: string,
  requestId: string,
): Promise<ValidOperation | { errors: readonly GraphQLFormattedError[] }> {
  try {
    const document = await readOperation(payload, client)
    return 'errors' in document ? { errors: document.errors.map(formatError) } : document
  } catch (error) {
    log.error({ requestId, err: error }, 'operation failed')
    return { errors: [internalError] }
  }
}

/** Removes an operation from its connection; false if it has been removed already. */
export function finishOperation({ quotas }: Transport, client: WsClient, id: string, operation: WsOperation): boolean {
  if (client.operations?.get(id) !== operation) return false
  client.operations.delete(id)
  quotas.endOperation(client.quota)
  return true
}

/** Copies the texts. Node builds a UUID as a rope of 20 parts, and each idle subscriber would hold a KB for it. */
const flatten = <Texts>(texts: Texts): Texts => JSON.parse(JSON.stringify(texts))

function sinkOf(transport: Transport, client: WsClient, id: string, operation: WsOperation): Sink {
  const prefix = nextPrefix(id)
  return {
    next: (result) => {
      if (client.operations?.get(id) === operation) queueNext(transport, client, prefix, result)
    },
    isReady: () => client.stalledSeconds === null,
    end: (reason) => {
      if (!finishOperation(transport, client, id, operation)) return
      const errors = reason && [formattedError(reason.message, reason.code)]
      send(transport, client, errors ? JSON.stringify({ id, type: 'error', payload: errors }) : completeMessage(id))
    },
  }
}

/** The message up to its payload; the result's JSON text and a brace follow. */
const nextPrefix = (id: string) => `{"id":${asciiJson(id)},"type":"next","payload":`
const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const completeMessage = (id: string) => `{"id":${JSON.stringify(id)},"type":"complete"}`
