import type { Duplex } from 'node:stream'
import { CloseCode } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { tokenExpired } from '../run.ts'
import type { Subscriber, Subscription } from '../types.ts'
import type { Owner } from './quotas.ts'
import type { Transport } from './transport.ts'
import { send, sendDue } from './ws-send.ts'

/** One connection, in as few words as can be: most of them do nothing most of the time. */
export type WsClient = {
  ws: WebSocket
  /** What is below it. */
  socket: Duplex
  owner: Owner
  address: string
  /** The Authorization header it came with, until it has introduced itself. */
  authorization: string | undefined
  state: 'new' | 'introducing' | 'open' | 'closing'
  who: Pick<Subscriber, 'claims' | 'expiresAt'>
  /** By the ids that the client has given them; null before the first. */
  operations: Map<string, WsOperation> | null
  /** Queries and mutations that are being answered, or whose answers it has not taken (ws-answers.ts). */
  answers: number
  /** Messages of this second. */
  messages: number
  /** Seconds since it connected, or was last asked for a sign of life; and whether there was one since. */
  quietFor: number
  isAlive: boolean
  /** Seconds for which it has taken too little of what was sent; null while all is well. */
  stalledFor: number | null
  /** Seconds for which a message has been unfinished. */
  unfinishedFor: number
}

/** An operation under way. A subscription's `subscription` is null until it has begun; `begin` is there while one waits. */
export type WsOperation = { subscription: Subscription | null; wasDrained: boolean; begin: (() => void) | null }

export const NOBODY: WsClient['who'] = { claims: null, expiresAt: null }

/** A policy is violated (RFC 6455); clients do not try again by themselves. */
export const FLOOD = 1008
/** RFC 6455, 7.4.1: what goes with a close frame is at most 123 bytes. */
const REASON_BYTES = 123

/** Closes the connection; everything it had under way ends now, not when the client agrees. */
export function shut(transport: Transport, client: WsClient, code: number, reason: string, instead = ''): void {
  if (client.state === 'closing') return
  sendDue()
  stopAll(transport, client)
  client.ws.close(code, Buffer.byteLength(reason) <= REASON_BYTES ? reason : instead)
}

/** Stops everything it has under way, at once; nothing more is taken from it. */
export function stopAll({ owners }: Transport, client: WsClient): void {
  client.state = 'closing'
  const { operations } = client
  client.operations = null
  for (const { subscription } of operations?.values() ?? []) {
    owners.end(client.owner)
    subscription?.stop()
  }
}

/** Tells each operation that the token has expired, and closes. */
export function expire(transport: Transport, client: WsClient): void {
  for (const id of client.operations?.keys() ?? []) {
    send(transport, client, JSON.stringify({ id, type: 'error', payload: [tokenExpired] }))
  }
  shut(transport, client, CloseCode.Forbidden, 'The token has expired.')
}

/** Counts something that the client sent; false where it was too much and the connection is closed. */
export function mayGoOn(transport: Transport, client: WsClient): boolean {
  const { messagesPerSecond } = transport.limits
  client.isAlive = true
  client.messages += 1
  if (client.messages <= messagesPerSecond) return client.state !== 'closing'
  // Until it closes its side all that it sends is still looked at.
  if (client.messages > 2 * messagesPerSecond) client.ws.terminate()
  else shut(transport, client, FLOOD, `More than ${messagesPerSecond} messages in a second`)
  return false
}
