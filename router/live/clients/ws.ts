import { isUtf8 } from 'node:buffer'
import { CloseCode, DEPRECATED_GRAPHQL_WS_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { detached } from '../../../chassis/detached.ts'
import { refuseUpgrade, type Upgrade } from '../../../chassis/http.ts'
import { tokenEnd } from '../operation-runner.ts'
import { createClientRegistry } from './client-registry.ts'
import type { Transport } from './transport.ts'
import { ANONYMOUS, POLICY_VIOLATION, type WsClient } from './ws-client.ts'
import { closeClient, countMessage, stopOperations } from './ws-close.ts'
import { handleMessage } from './ws-protocol.ts'

/** Seconds. */
const INIT_TIMEOUT_S = 3
const PING_INTERVAL_S = 25
const MAX_STALLED_S = 30
const MAX_UNFINISHED_S = 10
/** Frames and network chunks of an unfinished message are limited because each takes memory of its own. */
const MAX_FRAGMENTS = 16
const MAX_CHUNKS = 256
/** A client that has not closed its side after this is disconnected. */
const CLOSE_TIMEOUT_MS = 5_000
/** From the registry of RFC 6455: the service restarts. graphql-ws clients reconnect. */
const SERVICE_RESTART = 1012

/**
 * GraphQL over WebSocket with the protocol `graphql-transport-ws`, and with the messages and codes of the package
 * graphql-ws. The package's own server takes four times the memory of a bare connection, so it is not used.
 *
 * The Origin header is not checked: a page of another site can open a connection, but browsers add only cookies to it,
 * which have no meaning here. Without a token the connection is anonymous.
 */
export function createWebSockets(transport: Transport) {
  const { quotas, addressOf, limits, log } = transport
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_CHUNKS,
    // The old protocol is accepted in order to say why it is not: a refused handshake has no reason.
    handleProtocols: (offered) =>
      handleProtocols(offered) || (offered.has(DEPRECATED_GRAPHQL_WS_PROTOCOL) && DEPRECATED_GRAPHQL_WS_PROTOCOL),
    closeTimeout: CLOSE_TIMEOUT_MS, // missing in @types/ws
  }
  const server = new WebSocketServer(options)
  const clients = createClientRegistry<WebSocket, WsClient>(
    {
      check: (client) => checkClient(transport, client),
      isBusy: ({ slotsInUse, operations }) =>
        slotsInUse > 0 || (operations?.values().some(({ subscription }) => subscription === null) ?? false),
      sendAway: (client) => closeClient(transport, client, SERVICE_RESTART, 'The router restarts'),
      terminate: ({ ws }) => ws.terminate(),
    },
    log,
  )

  const upgrade: Upgrade = (request, socket, head) => {
    const address = addressOf(request)
    const quota = quotas.addUnidentifiedConnection(address)
    if (typeof quota === 'string') return refuseUpgrade(socket, quota === 'process' ? 503 : 429)
    let isOpen = false
    server.handleUpgrade(request, socket, head, (ws) => {
      isOpen = true
      open({ ...NEW_CLIENT, ws, socket, quota, address, authorization: request.headers.authorization })
    })
    if (!isOpen) quotas.removeConnection(quota) // The invalid request has been answered already.
  }

  // All connections share these listeners, because closures would double the memory of an idle connection.
  const open = (client: WsClient) => {
    const { ws } = client
    clients.add(ws, client)
    ws.on('message', onMessage)
      .on('ping', onPingOrPong)
      .on('pong', onPingOrPong)
      .on('close', onClose)
      .on('error', onError)
    if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      closeClient(transport, client, CloseCode.SubprotocolNotAcceptable, WRONG_SUBPROTOCOL)
  }
  function onMessage(this: WebSocket, data: Buffer, isBinary: boolean) {
    const client = clients.get(this)
    if (!client) return
    client.unfinishedSeconds = 0
    // Some clients send text in binary frames, whose UTF-8 ws does not check.
    const text = isBinary && !isUtf8(data) ? null : data.toString()
    detached(() => handleMessage(transport, client, text), {
      log,
      what: 'a message failed',
      end: () => closeClient(transport, client, CloseCode.InternalServerError, 'Internal server error'),
    })
  }
  function onPingOrPong(this: WebSocket) {
    const client = clients.get(this)
    if (client) countMessage(transport, client)
  }
  function onClose(this: WebSocket) {
    const client = clients.get(this)
    if (!client) return
    clients.remove(this)
    quotas.removeConnection(client.quota)
    detached(() => stopOperations(transport, client), { log, what: 'a disconnected client could not be stopped' })
  }
  function onError(this: WebSocket, error: Error) {
    log.debug({ err: error }, 'a WebSocket failed and is closed')
  }

  return {
    upgrade,
    /** Sends all clients away over `drainMs`; resolves when all connections are closed. */
    close: () => clients.drain(limits.drainMs),
  }
}

const WRONG_SUBPROTOCOL =
  'Subprotocol not acceptable: use graphql-transport-ws, as the package graphql-ws does (not subscriptions-transport-ws)'

const NEW_CLIENT: Omit<WsClient, 'ws' | 'socket' | 'quota' | 'address' | 'authorization'> = {
  state: 'new',
  caller: ANONYMOUS,
  operations: null,
  slotsInUse: 0,
  messagesThisSecond: 0,
  rateLimitedInARow: 0,
  idleSeconds: 0,
  isAlive: true,
  stalledSeconds: null,
  unfinishedSeconds: 0,
  unhandled: null,
}

/** Runs once a second for each client. */
function checkClient(transport: Transport, client: WsClient) {
  client.messagesThisSecond = 0
  if (client.state === 'closing') return
  const end = tokenEnd(client.caller, transport.isRevoked)
  // Only the close, because a graphql-ws client connects again after it, but never repeats an operation that had an error.
  if (end) return closeClient(transport, client, CloseCode.Forbidden, end)
  if (client.stalledSeconds !== null) {
    client.stalledSeconds += 1
    if (client.stalledSeconds > MAX_STALLED_S) client.ws.terminate()
    return
  }
  // Nothing is read from a client that is stalled or waits for its turn, so neither a pong nor the rest of a message can come.
  if (client.unhandled) return
  client.idleSeconds += 1
  if (client.state === 'new' && client.idleSeconds > INIT_TIMEOUT_S) {
    const code = CloseCode.ConnectionInitialisationTimeout
    return closeClient(transport, client, code, 'Connection initialisation timeout')
  }
  client.unfinishedSeconds = isUnfinished(client.ws) ? client.unfinishedSeconds + 1 : 0
  if (client.unfinishedSeconds > MAX_UNFINISHED_S) {
    return closeClient(transport, client, POLICY_VIOLATION, 'A message has 10 seconds from its first piece to its last')
  }
  if (client.idleSeconds < PING_INTERVAL_S) return
  // This finds half-open connections.
  if (!client.isAlive) return client.ws.terminate()
  client.isAlive = false
  client.idleSeconds = 0
  client.ws.ping()
}

/**
 * Reads a private field of ws, which has no public one for it. An unfinished frame needs no check: no pong can come
 * through it, so the connection is closed for that.
 */
const isUnfinished = (ws: WebSocket) =>
  Boolean((ws as unknown as { _receiver?: { _fragmented?: number } })._receiver?._fragmented)
