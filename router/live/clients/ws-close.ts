import { CloseCode } from 'graphql-ws'
import { tokenExpired } from '../run.ts'
import type { Transport } from './transport.ts'
import { FLOOD, type WsClient } from './ws-client.ts'
import { send, sendDue } from './ws-send.ts'

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
