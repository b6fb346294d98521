import type { Transport } from './transport.ts'
import { POLICY_VIOLATION, TRY_AGAIN_LATER, type WsClient } from './ws-client.ts'
import { flushQueue } from './ws-send.ts'

/** RFC 6455, 5.5: a control frame has at most 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123

/** Closes the connection. Its operations end now, not when the client has closed its side. `shortReason` replaces a long one. */
export function closeClient(
  transport: Transport,
  client: WsClient,
  code: number,
  reason: string,
  shortReason = '',
): void {
  if (client.state === 'closing') return
  flushQueue()
  stopOperations(transport, client)
  client.ws.close(code, Buffer.byteLength(reason) <= MAX_REASON_BYTES ? reason : shortReason)
}

/** Stops all operations of the connection; later messages are ignored. */
export function stopOperations({ quotas }: Transport, client: WsClient): void {
  client.state = 'closing'
  const { operations } = client
  client.operations = null
  for (const { subscription } of operations?.values() ?? []) {
    quotas.endOperation(client.quota)
    subscription?.stop()
  }
}

/**
 * Counts a message, ping or pong for its connection, and for the user or address. False if the connection is closing, for
 * instance because there were too many.
 */
export function countMessage(transport: Transport, client: WsClient): boolean {
  const { messagesPerSecond } = transport.limits
  const isWithinQuota = transport.quotas.countMessage(client.quota)
  client.isAlive = true
  client.messagesThisSecond += 1
  if (client.messagesThisSecond <= messagesPerSecond) {
    // Another connection may be the cause, so the client may come again.
    if (!isWithinQuota) closeClient(transport, client, TRY_AGAIN_LATER, 'Too many messages on all connections together')
    return client.state !== 'closing'
  }
  // Until the client closes its side, everything it sends is still read.
  if (client.messagesThisSecond > 2 * messagesPerSecond) client.ws.terminate()
  else closeClient(transport, client, POLICY_VIOLATION, `More than ${messagesPerSecond} messages in a second`)
  return false
}
