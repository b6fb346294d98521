import { CloseCode, handleProtocols } from 'graphql-ws'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { detached } from '../../../chassis/detached.ts'
import { refuseUpgrade, type Upgrade } from '../../../chassis/http.ts'
import { createClients } from './draining.ts'
import type { Transport } from './transport.ts'
import { FLOOD, NOBODY, type WsClient } from './ws-client.ts'
import { expire, mayGoOn, shut, stopAll } from './ws-close.ts'
import { receive } from './ws-protocol.ts'

/** Seconds. */
const INTRODUCED_WITHIN = 3
const PING_EVERY = 25
const STALLED_AT_MOST = 30
const UNFINISHED_AT_MOST = 10
/** Pieces (frames, and what the network makes of them) of a message that is not finished; each costs memory of its own. */
const MOST_FRAGMENTS = 16
const MOST_CHUNKS = 256
/** A client that does not close its side is cut off. */
const CLOSE_WITHIN_MS = 5_000
/** RFC 6455 registry: the service restarts; clients of graphql-ws come back. */
const SERVICE_RESTART = 1012

/**
 * GraphQL over WebSocket: the protocol of the package graphql-ws, `graphql-transport-ws`, with that package's messages and
 * codes. Its server holds four times the memory of a bare connection, so the loop is our own. `close` sends everybody
 * away, spread over time.
 *
 * A page of another site can open a connection too, but all that browsers add are cookies, which mean nothing here:
 * without a token it is nobody's. So the origin is not looked at.
 */
export function createWebSockets(transport: Transport) {
  const { owners, addressOf, limits, log } = transport
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
    handleProtocols,
    closeTimeout: CLOSE_WITHIN_MS, // which the types do not know yet
  }
  const server = new WebSocketServer(options)
  const clients = createClients<WebSocket, WsClient>(
    {
      look: (client) => look(transport, client),
      isBusy: ({ answers, operations }) =>
        answers > 0 || (operations?.values().some(({ subscription }) => subscription === null) ?? false),
      send: (client) => shut(transport, client, SERVICE_RESTART, 'The router restarts'),
      cut: ({ ws }) => ws.terminate(),
    },
    log,
  )
  let isStopping = false

  const upgrade: Upgrade = (request, socket, head) => {
    if (isStopping) return refuseUpgrade(socket, 503)
    const address = addressOf(request)
    const owner = owners.enterUnknown(address)
    if (typeof owner === 'string') return refuseUpgrade(socket, owner === 'process' ? 503 : 429)
    let isOpen = false
    server.handleUpgrade(request, socket, head, (ws) => {
      isOpen = true
      open({ ...NEW, ws, socket, owner, address, authorization: request.headers.authorization })
    })
    if (!isOpen) owners.leave(owner) // What was wrong with the request has been answered.
  }

  // The listeners are the same functions for all connections: closures would double what an idle one costs.
  const open = (client: WsClient) => {
    const { ws } = client
    clients.add(ws, client)
    ws.on('message', onMessage).on('ping', onSign).on('pong', onSign).on('close', onClose).on('error', onError)
    if (!ws.protocol) shut(transport, client, CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
  }
  function onMessage(this: WebSocket, data: unknown, isBinary: boolean) {
    const client = clients.get(this)
    if (!client) return
    client.unfinishedFor = 0
    detached(() => receive(transport, client, isBinary ? null : String(data)), {
      ...{ log, what: 'a message failed' },
      end: () => shut(transport, client, CloseCode.InternalServerError, 'Internal server error'),
    })
  }
  function onSign(this: WebSocket) {
    const client = clients.get(this)
    if (client) mayGoOn(transport, client)
  }
  function onClose(this: WebSocket) {
    const client = clients.get(this)
    if (!client) return
    clients.remove(this)
    owners.leave(client.owner)
    detached(() => stopAll(transport, client), { log, what: 'a client that went could not be stopped' })
  }
  function onError(this: WebSocket, error: Error) {
    log.debug({ err: error }, 'a client broke its WebSocket') // which is closed now
  }

  return {
    upgrade,
    /** Ends when all connections are gone. */
    close: () => {
      isStopping = true
      return clients.drain(limits.drainMs)
    },
  }
}

const NEW: Omit<WsClient, 'ws' | 'socket' | 'owner' | 'address' | 'authorization'> = {
  state: 'new',
  who: NOBODY,
  operations: null,
  answers: 0,
  messages: 0,
  quietFor: 0,
  isAlive: true,
  stalledFor: null,
  unfinishedFor: 0,
}

/** Once a second. */
function look(transport: Transport, client: WsClient) {
  client.messages = 0
  if (client.state === 'closing') return
  client.quietFor += 1
  if (client.state === 'new' && client.quietFor > INTRODUCED_WITHIN) {
    const code = CloseCode.ConnectionInitialisationTimeout
    return shut(transport, client, code, 'Connection initialisation timeout')
  }
  const { expiresAt } = client.who
  if (expiresAt !== null && expiresAt <= Date.now()) return expire(transport, client)
  if (client.stalledFor !== null) {
    // Nothing is read from it while it is stalled, so it can't be asked for a sign of life.
    client.stalledFor += 1
    if (client.stalledFor > STALLED_AT_MOST) client.ws.terminate()
    return
  }
  client.unfinishedFor = isUnfinished(client.ws) ? client.unfinishedFor + 1 : 0
  if (client.unfinishedFor > UNFINISHED_AT_MOST) {
    return shut(transport, client, FLOOD, 'A message has 10 seconds from its first piece to its last')
  }
  if (client.quietFor < PING_EVERY) return
  // Half-open connections are found like this.
  if (!client.isAlive) return client.ws.terminate()
  client.isAlive = false
  client.quietFor = 0
  client.ws.ping()
}

/** Where ws has it: it tells nobody. (An unfinished frame lets no pong through, and so ends by itself.) */
const isUnfinished = (ws: WebSocket) =>
  Boolean((ws as unknown as { _receiver?: { _fragmented?: number } })._receiver?._fragmented)
