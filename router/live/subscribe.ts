import { hash } from 'node:crypto'
import { type GraphQLError, print, stripIgnoredCharacters } from 'graphql'
import { detached } from '../../chassis/detached.ts'
import type { Logger } from '../../chassis/log.ts'
import { clientError, code, type FormatError, INTERNAL_ERROR_MESSAGE } from '../errors.ts'
import type { Caller, Executor, OperationRequest, Prepare } from '../operation.ts'
import type { Documents } from '../request/documents.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import type { Cursors, Place } from './delivery/cursor.ts'
import { type Following, follow } from './delivery/deliver-updates.ts'
import type { Subscribe } from './operation-runner.ts'
import { createChannels, leave as leaveChannel, type Member, textOf } from './rendering/channel.ts'
import { liveFields, subjectsOf } from './rendering/live-directive.ts'
import { createOperationReader } from './rendering/live-operation.ts'
import { createRenderer } from './rendering/render.ts'
import { createShapes } from './rendering/update-plan.ts'
import type { Sink, Subscription } from './types.ts'

/** What live updates are told from; it outlives supergraphs. */
export type Live = { following: Following; cursors: Cursors }

/** A subscription under way, told by the supergraph it is on. */
type Runner = {
  request: OperationRequest
  caller: Caller
  patterns: string[]
  member: Member
  /** Null once it is over. */
  following: Subscription | null
  sink: Sink
}

/** The subscriptions under way, whichever supergraph each began on. */
export type Running = Set<Runner>

/** What an operation is told by. */
type Opened = {
  request: OperationRequest
  patterns: string[]
  after: Place | null
  following: Following
  join(): Member
}
type Refused = { errors: readonly GraphQLError[] }

/**
 * Makes the function that starts subscriptions on one supergraph. Errors, before anything is subscribed: what operation,
 * rights, subjects or cursor are refused for (SUBSCRIPTION_NOT_SUPPORTED, UNAUTHENTICATED, BAD_USER_INPUT, BAD_CURSOR, …).
 * Throws UnusableSupergraph where a `@live` could not be obeyed. `live` is null where there is no NATS. `adopt` has all
 * that are `running` go on on this supergraph; those that it does not have any more end with SCHEMA_CHANGED.
 */
export function createSubscribe(options: {
  supergraph: Supergraph
  prepare: Prepare
  execute: Executor
  send: Send
  documents: Documents
  live: Live | null
  running: Running
  formatError: FormatError
  log: Logger
}): { subscribe: Subscribe; adopt(): void; channels(): number } {
  const { supergraph, prepare, documents, live, running, log } = options
  const fields = liveFields(supergraph)
  const read = createOperationReader(supergraph.clientSchema)
  const shapeOf = createShapes(supergraph, prepare)
  const rendererOf = createRenderer(options)
  const channels = createChannels()

  const open = (request: OperationRequest, caller: Caller): Opened | Refused => {
    const { claims } = caller
    const operation = read(request)
    if ('errors' in operation) return operation
    const field = fields.get(operation.field)
    if (!field) return refused(`Subscription.${operation.field} is not live.`, code.subscriptionNotSupported)
    if (!live) {
      return refused('This router has no live updates: its setting NATS_URL is missing.', code.subscriptionNotSupported)
    }
    const shape = shapeOf(operation, claims)
    if ('errors' in shape) return shape
    const subjects = subjectsOf(field, claims, operation.args)
    if ('refused' in subjects) return refused(subjects.refused.message, subjects.refused.code)
    const { patterns } = subjects
    const cursor = live.cursors(claims?.sub ?? null, patterns)
    const after = operation.after === null ? null : cursor.read(operation.after)
    if (operation.after !== null && !after) return refused('`after` is no cursor of this subscription.', code.badCursor)
    const { key, response, coerced } = operation
    const asked = { response, request: operation.request, coerced }
    const join = () =>
      channels.join(channelKey(key, claims, patterns), () => ({
        render: rendererOf(asked, shape, caller),
        cursorOf: cursor.write,
      }))
    return { request: operation.request, patterns, after, following: live.following, join }
  }

  const subscribe: Subscribe = async (request, { claims, headers }, sink) => {
    const caller = { claims, headers }
    const opened = open(request, caller)
    if ('errors' in opened) return opened
    const { patterns, after, following } = opened
    const runner: Runner = { request: opened.request, caller, patterns, member: opened.join(), following: null, sink }
    running.add(runner)
    const followed = follow(following, {
      patterns,
      after,
      isReady: sink.isReady,
      deliver: (update, created) => {
        const text = textOf(runner.member, update, created)
        if (typeof text === 'string') return void sink.next(text)
        return text.then((later) => {
          // The client may have gone while others were asked.
          if (running.has(runner)) sink.next(later)
        })
      },
      failed: (error) => {
        log.error({ requestId: headers['x-request-id'], err: error }, 'a subscription failed')
        detached(() => end(runner, FAULT), { log, what: 'a subscription that failed could not be ended' })
      },
    })
    runner.following = followed
    return { drained: followed.drained, stop: () => leave(runner) }
  }

  const leave = (runner: Runner) => {
    if (!running.delete(runner)) return
    runner.following?.stop()
    leaveChannel(runner.member)
  }
  const end = (runner: Runner, reason: { message: string; code: string }) => {
    leave(runner)
    runner.sink.end(reason)
  }
  const adopt = () => {
    for (const runner of running) {
      const what = 'a subscription could not go on on another supergraph'
      detached(() => move(runner), { log, what, end: () => end(runner, FAULT) })
    }
  }
  const move = (runner: Runner) => {
    const { document, operationName, variables } = runner.request
    const read = documents({ query: stripIgnoredCharacters(print(document)), operationName, variables })
    const opened = 'errors' in read ? read : open(read.request, runner.caller)
    if ('errors' in opened || opened.patterns.join() !== runner.patterns.join()) return end(runner, SCHEMA_CHANGED)
    leaveChannel(runner.member)
    runner.member = opened.join()
  }
  return { subscribe, adopt, channels: channels.size }
}

/** Of a fixed length: one is held for each subscriber who is alone with its operation. */
const channelKey = (...what: unknown[]) => hash('sha256', JSON.stringify(what), 'base64url')

const FAULT = { message: INTERNAL_ERROR_MESSAGE, code: code.internal }
const SCHEMA_CHANGED = {
  message: 'The API has changed, and no longer has what this subscription asks for.',
  code: 'SCHEMA_CHANGED',
}

const refused = (message: string, errorCode: string) => ({ errors: [clientError(message, errorCode)] })
