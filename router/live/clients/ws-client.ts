import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { LiveCaller, Subscription } from '../types.ts'
import type { Quota } from './quotas.ts'

/** One connection. It has few fields because thousands are held, most of which are idle. */
export type WsClient = {
  ws: WebSocket
  /** The socket below the WebSocket. */
  socket: Duplex
  quota: Quota
  address: string
  /** The Authorization header of the HTTP request, until `connection_init` has been handled. */
  authorization: string | undefined
  state: 'new' | 'initializing' | 'open' | 'closing'
  caller: Pick<LiveCaller, 'claims' | 'expiresAt' | 'revocable' | 'tokenHint'>
  /** By the ids that the client chose; null before the first operation. */
  operations: Map<string, WsOperation> | null
  /** Queries and mutations that are being answered, or whose responses have not been sent completely. */
  slotsInUse: number
  messagesThisSecond: number
  /** Operations refused with RATE_LIMITED since one was not. */
  rateLimitedInARow: number
  /** Seconds since it connected or was last pinged. */
  idleSeconds: number
  /** Whether anything was received since the last ping. */
  isAlive: boolean
  /** Seconds for which more than `waitingBytes` have been unsent; null if they are not. */
  stalledSeconds: number | null
  /** Seconds for which a message has been incomplete. */
  unfinishedSeconds: number
  /** Messages that arrived behind a large one that waits for its turn; null if none does. */
  unhandled: (string | null)[] | null
}

/** An operation under way. */
export type WsOperation = {
  /** Null until it has started, and for queries and mutations. */
  subscription: Subscription | null
  /** Whether the client became ready again before the subscription started. */
  drainedEarly: boolean
  /** Starts the operation; set while it waits for a slot. */
  start: (() => void) | null
}

export const ANONYMOUS: WsClient['caller'] = {
  claims: null,
  expiresAt: null,
  tokenHint: 'No token came with this connection: it belongs in connectionParams.authorization.',
}

/** RFC 6455, 7.4.1: policy violation. graphql-ws clients do not retry after it. */
export const POLICY_VIOLATION = 1008

/** From the registry of RFC 6455; graphql-ws clients retry after it. */
export const TRY_AGAIN_LATER = 1013

/** Nothing is read from a client that is stalled, or whose large message waits for its turn. */
export function pauseOrResume({ ws, stalledSeconds, unhandled }: WsClient): void {
  if (stalledSeconds === null && unhandled === null) ws.resume()
  else ws.pause()
}

/** Queries and mutations that are answered at once on one connection. */
const SLOTS = 4

/**
 * Takes a slot, at once (undefined) or by waiting for one. `releaseSlot` must be called when the response has been sent.
 * No slots are given out while the client is stalled. An operation that ends while it waits gets none.
 */
export function acquireSlot(client: WsClient, operation: WsOperation): Promise<void> | undefined {
  if (hasFreeSlot(client)) {
    client.slotsInUse += 1
    return undefined
  }
  return new Promise((resolve) => {
    operation.start = resolve
  })
}

export function releaseSlot(client: WsClient): void {
  client.slotsInUse -= 1
  startWaiting(client)
}

/** Starts waiting operations in their order, as long as there are free slots. */
export function startWaiting(client: WsClient): void {
  for (const operation of client.operations?.values() ?? []) {
    if (!hasFreeSlot(client)) return
    const { start } = operation
    if (!start) continue
    operation.start = null
    client.slotsInUse += 1
    start()
  }
}

const hasFreeSlot = ({ slotsInUse, stalledSeconds }: WsClient) => slotsInUse < SLOTS && stalledSeconds === null
