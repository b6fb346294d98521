import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Subscriber, Subscription } from '../types.ts'
import type { Owner } from './quotas.ts'

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
