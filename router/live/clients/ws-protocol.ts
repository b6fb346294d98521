import { CloseCode, type ConnectionInitMessage, MessageType, parseMessage } from 'graphql-ws'
import { DEEPEST_VALUE, isDeeper } from '../../request/documents.ts'
import { sharedClaims } from './quotas.ts'
import type { Transport } from './transport.ts'
import { begin, finish } from './ws-begin.ts'
import { NOBODY, type WsClient } from './ws-client.ts'
import { mayGoOn, shut } from './ws-close.ts'
import { send } from './ws-send.ts'

/** RFC 6455 registry: clients of graphql-ws try again after it. */
const TRY_AGAIN_LATER = 1013

/** Does what a message of the client says; `text` is null where it was binary. The promise ends when all of it is done. */
export function receive(transport: Transport, client: WsClient, text: string | null): void | Promise<void> {
  if (!mayGoOn(transport, client)) return
  const message = parsed(text)
  if ('wrong' in message)
    return shut(transport, client, CloseCode.BadRequest, message.wrong, 'Invalid message received')
  switch (message.type) {
    case MessageType.ConnectionInit:
      return introduce(transport, client, message.payload)
    case MessageType.Subscribe:
      return begin(transport, client, message)
    case MessageType.Complete: {
      const operation = client.operations?.get(message.id)
      if (operation && finish(transport, client, message.id, operation)) operation.subscription?.stop()
      return
    }
    case MessageType.Ping:
      if (isDeeper(message.payload, DEEPEST_VALUE)) {
        return shut(
          transport,
          client,
          CloseCode.BadRequest,
          `The payload of a ping is nested at most ${DEEPEST_VALUE} deep`,
        )
      }
      return send(transport, client, JSON.stringify({ type: MessageType.Pong, payload: message.payload ?? undefined }))
    case MessageType.Pong:
      return
    default:
      return shut(transport, client, CloseCode.BadRequest, `A client sends no message of the type ${message.type}`)
  }
}

function parsed(text: string | null) {
  try {
    return text === null ? { wrong: 'Messages are text' } : parseMessage(text)
  } catch (error) {
    return { wrong: error instanceof SyntaxError ? 'The message is no valid JSON' : (error as Error).message } // parseMessage throws Errors only
  }
}

/** `connection_init`: whose connection this is. Its token comes before that of the HTTP request. */
async function introduce(transport: Transport, client: WsClient, params: ConnectionInitMessage['payload']) {
  if (client.state !== 'new') {
    return shut(transport, client, CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests')
  }
  client.state = 'introducing'
  const authorization = tokenIn(params) ?? client.authorization
  client.authorization = undefined
  const checking = transport.authenticate(authorization, () => client.address)
  const answer = await checking.catch((error: unknown) => {
    transport.log.error({ err: error }, 'a token could not be checked')
    return { outcome: 'unavailable' } as const
  })
  if (isClosing(client)) return // It has gone, or was told to, meanwhile.
  if (answer.outcome === 'unavailable') {
    return shut(transport, client, TRY_AGAIN_LATER, 'The token cannot be checked now: its issuer does not answer.')
  }
  if (answer.outcome === 'tooOften') {
    return shut(transport, client, TRY_AGAIN_LATER, 'Too many unknown tokens come from this address.')
  }
  // Clients of graphql-ws try again after this one, perhaps with a fresh token.
  if (answer.outcome === 'refused') return shut(transport, client, CloseCode.Forbidden, answer.reason, 'Forbidden')
  const owner = transport.owners.introduced(client.owner, answer.claims, client.address)
  if (typeof owner === 'string') {
    return shut(transport, client, TRY_AGAIN_LATER, answer.claims ? FULL_USER : FULL_STRANGERS)
  }
  client.owner = owner
  const { expiresAt } = answer
  client.who = answer.claims ? { claims: sharedClaims(client.owner, answer.claims), expiresAt } : NOBODY
  client.state = 'open'
  send(transport, client, '{"type":"connection_ack"}')
}

const FULL_USER = 'This user has too many connections.'
const FULL_STRANGERS = 'There are too many connections without a token.'

const isClosing = (client: WsClient) => client.state === 'closing'

function tokenIn(params: ConnectionInitMessage['payload']): string | undefined {
  const given = params?.authorization ?? params?.Authorization ?? undefined
  return given === undefined || typeof given === 'string' ? given : ''
}
