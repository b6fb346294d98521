import { CloseCode, type ConnectionInitMessage, MessageType, parseMessage, type SubscribeMessage } from 'graphql-ws'
import { correlation } from '../correlation.ts'
import { sharedClaims } from './owners.ts'
import { plainError, tooMany } from './run.ts'
import type { Transport } from './transport.ts'
import type { Sink } from './types.ts'
import { mayGoOn, NOBODY, shut, type WsClient, type WsOperation } from './ws-client.ts'
import { send, sendNext } from './ws-send.ts'

/** RFC 6455 registry: clients of graphql-ws try again after it. */
export const TRY_AGAIN_LATER = 1013
/** An id is kept, and sent with every result. */
const LONGEST_ID = 256

/** Does what a message of the client says; `text` is null where it was binary. */
export function receive(transport: Transport, client: WsClient, text: string | null) {
  if (client.state === 'closing' || !mayGoOn(transport, client)) return
  const message = parsed(text)
  if ('wrong' in message)
    return shut(transport, client, CloseCode.BadRequest, message.wrong, 'Invalid message received')
  switch (message.type) {
    case MessageType.ConnectionInit:
      void introduce(transport, client, message.payload)
      return
    case MessageType.Subscribe:
      void begin(transport, client, message)
      return
    case MessageType.Complete: {
      const operation = client.operations?.get(message.id)
      if (operation && finish(transport, client, message.id, operation)) operation.subscription?.stop()
      return
    }
    case MessageType.Ping:
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
  if (answer.claims) {
    const owner = transport.owners.move(client.owner, answer.claims)
    if (!owner) return shut(transport, client, TRY_AGAIN_LATER, 'This user has too many connections.')
    client.owner = owner
  }
  const { expiresAt } = answer
  client.who = answer.claims ? { claims: sharedClaims(client.owner, answer.claims), expiresAt } : NOBODY
  client.state = 'open'
  send(transport, client, '{"type":"connection_ack"}')
}

const isClosing = (client: WsClient) => client.state === 'closing'

function tokenIn(params: ConnectionInitMessage['payload']): string | undefined {
  const given = params?.authorization ?? params?.Authorization ?? undefined
  return given === undefined || typeof given === 'string' ? given : ''
}

/** `subscribe`: an operation of any kind. */
async function begin(transport: Transport, client: WsClient, { id, payload }: SubscribeMessage) {
  const { limits, owners } = transport
  if (client.state !== 'open') return shut(transport, client, CloseCode.Unauthorized, 'Unauthorized')
  if (id.length > LONGEST_ID) {
    return shut(transport, client, CloseCode.BadRequest, `An id has at most ${LONGEST_ID} characters`)
  }
  client.operations ??= new Map()
  if (client.operations.has(id)) {
    const reason = `Subscriber for ${id} already exists`
    return shut(transport, client, CloseCode.SubscriberAlreadyExists, reason, 'Subscriber already exists')
  }
  const refuse = (errors: readonly unknown[]) =>
    send(transport, client, JSON.stringify({ id, type: MessageType.Error, payload: errors }))
  if (client.operations.size >= limits.operationsPerConnection || !owners.begin(client.owner)) return refuse([tooMany])

  const operation: WsOperation = { subscription: null, wasDrained: false }
  client.operations.set(id, operation)
  const document = transport.documents(payload)
  const sink = sinkOf(transport, client, id, operation)
  const outcome =
    'errors' in document
      ? document
      : await transport.run(document, { ...client.who, headers: flat(correlation({})) }, sink)

  if ('subscription' in outcome) {
    // Ended before it had begun: by the client, by going, or by itself.
    if (client.operations?.get(id) !== operation) return outcome.subscription.stop()
    operation.subscription = outcome.subscription
    if (operation.wasDrained) outcome.subscription.drained()
    return
  }
  if (!finish(transport, client, id, operation)) return
  if ('errors' in outcome) return refuse(outcome.errors)
  sendNext(transport, client, nextOf(id), outcome.result)
  send(transport, client, completeOf(id))
}

/** The same, each text in one piece: Node makes a UUID of 20, which an idle subscriber would hold (a KB of memory). */
const flat = <Texts>(texts: Texts): Texts => JSON.parse(JSON.stringify(texts))

/** Takes an operation out of the connection's; false where it is no longer one of them. */
function finish({ owners }: Transport, client: WsClient, id: string, operation: WsOperation): boolean {
  if (client.operations?.get(id) !== operation) return false
  client.operations.delete(id)
  owners.end(client.owner)
  return true
}

function sinkOf(transport: Transport, client: WsClient, id: string, operation: WsOperation): Sink {
  const start = nextOf(id)
  return {
    next: (result) => {
      if (client.operations?.get(id) === operation) sendNext(transport, client, start, result)
    },
    isReady: () => client.stalledFor === null,
    end: (reason) => {
      if (!finish(transport, client, id, operation)) return
      const errors = reason && [plainError(reason.message, reason.code)]
      send(transport, client, errors ? JSON.stringify({ id, type: 'error', payload: errors }) : completeOf(id))
    },
  }
}

/** The result's JSON text and a brace follow. */
const nextOf = (id: string) => `{"id":${asciiJson(id)},"type":"next","payload":`
const asciiJson = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const completeOf = (id: string) => `{"id":${JSON.stringify(id)},"type":"complete"}`
