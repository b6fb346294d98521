import { CloseCode, type ConnectionInitMessage, MessageType, validateMessage } from 'graphql-ws'
import { parseExactlyAt } from '../../../chassis/exact-json.ts'
import { isDeeperThan } from '../../executor/selection/json.ts'
import { MAX_VALUE_DEPTH } from '../../request/read-operation.ts'
import { sharedClaims } from './quotas.ts'
import type { Transport } from './transport.ts'
import { ANONYMOUS, pauseOrResume, TRY_AGAIN_LATER, type WsClient } from './ws-client.ts'
import { closeClient, countMessage } from './ws-close.ts'
import { finishOperation, startOperation } from './ws-operations.ts'
import { send } from './ws-send.ts'

/** A longer message holds up the process, as a large HTTP request does (http/read.ts). */
const LARGE_LENGTH = 8 * 1024

/** Handles a message; `text` is null if it is not UTF-8. A promise resolves when the message has been handled completely. */
export function handleMessage(transport: Transport, client: WsClient, text: string | null): void | Promise<void> {
  if (!countMessage(transport, client)) return
  return handleInOrder(transport, client, text)
}

function handleInOrder(transport: Transport, client: WsClient, text: string | null): void | Promise<void> {
  if (client.unhandled) return void client.unhandled.push(text)
  if (text === null || text.length <= LARGE_LENGTH) return handleText(transport, client, text)
  return handleInTurn(transport, client, text)
}

/**
 * Handles a large message, up to the first request to a subgraph, when it is the client's turn. Nothing more is read from the
 * connection meanwhile. What has arrived already waits, so that all messages are handled in their order.
 */
async function handleInTurn(transport: Transport, client: WsClient, text: string): Promise<void> {
  client.unhandled = []
  pauseOrResume(client)
  const turn = await transport.work.run(client.quota.key, () => ({
    handling: isClosing(client) ? undefined : handleText(transport, client, text),
  }))
  const { unhandled } = client
  client.unhandled = null
  pauseOrResume(client)
  if ('refused' in turn) {
    const why = turn.refused === 'rateLimited' ? 'Too much work for large messages' : 'Too many large messages wait'
    return closeClient(transport, client, TRY_AGAIN_LATER, why)
  }
  await Promise.all([turn.result.handling, ...unhandled.map((each) => handleInOrder(transport, client, each))])
}

function handleText(transport: Transport, client: WsClient, text: string | null): void | Promise<void> {
  const message = parse(text)
  if ('problem' in message)
    return closeClient(transport, client, CloseCode.BadRequest, message.problem, 'Invalid message received')
  switch (message.type) {
    case MessageType.ConnectionInit:
      return initialize(transport, client, message.payload)
    case MessageType.Subscribe:
      return startOperation(transport, client, message)
    case MessageType.Complete: {
      const operation = client.operations?.get(message.id)
      if (operation && finishOperation(transport, client, message.id, operation)) operation.subscription?.stop()
      return
    }
    case MessageType.Ping:
      if (isDeeperThan(message.payload, MAX_VALUE_DEPTH)) {
        return closeClient(
          transport,
          client,
          CloseCode.BadRequest,
          `The payload of a ping is nested at most ${MAX_VALUE_DEPTH} deep`,
        )
      }
      return send(transport, client, JSON.stringify({ type: MessageType.Pong, payload: message.payload ?? undefined }))
    case MessageType.Pong:
      return
    default:
      return closeClient(
        transport,
        client,
        CloseCode.BadRequest,
        `A client sends no message of the type ${message.type}`,
      )
  }
}

function parse(text: string | null) {
  try {
    if (text === null) return { problem: 'Messages are in UTF-8' }
    return validateMessage(parseExactlyAt(text, ['payload', 'variables']))
  } catch (error) {
    return { problem: error instanceof SyntaxError ? 'The message is not valid JSON' : (error as Error).message } // validateMessage throws Errors only
  }
}

/** Handles `connection_init`, whose token takes precedence over that of the HTTP request. */
async function initialize(transport: Transport, client: WsClient, params: ConnectionInitMessage['payload']) {
  if (client.state !== 'new') {
    return closeClient(transport, client, CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests')
  }
  client.state = 'initializing'
  const authorization = tokenIn(params) ?? client.authorization
  client.authorization = undefined
  const authentication = await authenticate(transport, client, authorization)
  if (isClosing(client)) return // It disconnected, or was closed, while the token was checked.
  if (authentication.outcome === 'unavailable') {
    return closeClient(
      transport,
      client,
      TRY_AGAIN_LATER,
      'The token cannot be checked now: its issuer does not answer.',
    )
  }
  if (authentication.outcome === 'rateLimited') {
    return closeClient(transport, client, TRY_AGAIN_LATER, 'Too many unknown tokens come from this address.')
  }
  // graphql-ws clients retry after this code, perhaps with a fresh token.
  if (authentication.outcome === 'refused')
    return closeClient(transport, client, CloseCode.Forbidden, authentication.reason, 'Forbidden')
  const quota = transport.quotas.identifyConnection(client.quota, authentication.claims, client.address)
  if (typeof quota === 'string') {
    return closeClient(
      transport,
      client,
      TRY_AGAIN_LATER,
      authentication.claims ? TOO_MANY_OF_USER : TOO_MANY_ANONYMOUS,
    )
  }
  client.quota = quota
  const { claims, expiresAt, revocable } = authentication
  client.caller = claims ? { claims: sharedClaims(client.quota, claims), expiresAt, revocable } : ANONYMOUS
  client.state = 'open'
  send(transport, client, '{"type":"connection_ack"}')
}

async function authenticate(transport: Transport, client: WsClient, authorization: string | undefined) {
  try {
    return await transport.authenticate(authorization, () => client.address)
  } catch (error) {
    transport.log.error({ err: error }, 'a token could not be checked')
    return { outcome: 'unavailable' } as const
  }
}

const TOO_MANY_OF_USER = 'This user has too many connections.'
const TOO_MANY_ANONYMOUS = 'There are too many connections without a token.'

const isClosing = (client: WsClient) => client.state === 'closing'

function tokenIn(params: ConnectionInitMessage['payload']): string | undefined {
  const value = params?.authorization ?? params?.Authorization ?? undefined
  return value === undefined || typeof value === 'string' ? value : ''
}
