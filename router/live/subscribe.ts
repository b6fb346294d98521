import { hash } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import { detached } from '../../chassis/detached.ts'
import type { Logger } from '../../chassis/log.ts'
import { code, type ErrorCode, type FormatError, INTERNAL_ERROR_MESSAGE, refused } from '../errors.ts'
import { createSharedTurns } from '../limits/shared-turns.ts'
import type { WorkQueue } from '../limits/work-queue.ts'
import type { Caller, Executor, Prepare, Prepared } from '../operation.ts'
import { type PrepareInTurn, refusal } from '../request/in-turns.ts'
import type { ReadOperation, ValidOperation } from '../request/read-operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import type { Send } from '../upstream/send.ts'
import type { DeliveryContext } from './delivery/context.ts'
import type { CursorPosition, Cursors } from './delivery/cursor.ts'
import { deliverUpdates } from './delivery/deliver-updates.ts'
import type { Subscribe } from './operation-runner.ts'
import { createChannels, leaveChannel, type Member, textOf } from './rendering/channel.ts'
import { readLiveFields, subjectsOf } from './rendering/live-directive.ts'
import { createLiveOperationReader, type LiveOperation } from './rendering/live-operation.ts'
import { createRenderer } from './rendering/render.ts'
import { createUpdatePlanner } from './rendering/update-plan.ts'
import type { Sink, Subscription } from './types.ts'

/** What live updates need; it outlives a supergraph. */
export type Live = { delivery: DeliveryContext; cursors: Cursors }

/** A subscription under way; `member` belongs to the supergraph that it is on. */
type RunningSubscription = {
  operation: Pick<ValidOperation, 'source' | 'request'>
  caller: Caller
  patterns: string[]
  member: Member
  /** Null before delivery has started. */
  subscription: Subscription | null
  sink: Sink
}

/** All subscriptions under way, whichever supergraph each started on. */
export type RunningSubscriptions = Set<RunningSubscription>

/** What delivers the updates of a valid operation. */
type Validated = {
  patterns: string[]
  after: CursorPosition | null
  delivery: DeliveryContext
  join(): Member
}
type Refused = { errors: readonly GraphQLError[] }

/**
 * Creates the function that starts subscriptions on one supergraph. It returns errors before anything is subscribed
 * (SUBSCRIPTION_NOT_SUPPORTED, UNAUTHENTICATED, BAD_USER_INPUT, BAD_CURSOR, …). Throws UnusableSupergraph for an invalid
 * `@live`. `live` is null without NATS. `moveAll` moves all `running` subscriptions to this supergraph; those that it no
 * longer supports end with SCHEMA_CHANGED.
 */
export function createSubscribe(options: {
  supergraph: Supergraph
  prepare: Prepare
  prepareInTurn: PrepareInTurn
  work: Pick<WorkQueue, 'run' | 'charge'>
  execute: Executor
  send: Send
  readOperation: ReadOperation
  live: Live | null
  running: RunningSubscriptions
  formatError: FormatError
  log: Logger
}): { subscribe: Subscribe; moveAll(): void; channels(): number } {
  const { supergraph, prepare, prepareInTurn, work, readOperation, live, running, log } = options
  const fields = readLiveFields(supergraph)
  const readLive = createLiveOperationReader(supergraph.clientSchema)
  const planUpdates = createUpdatePlanner(supergraph, prepare)
  const rendererOf = createRenderer(options)
  const channels = createChannels()
  const inSharedTurn = createSharedTurns(work)

  const validate = (operation: LiveOperation, caller: Caller, prepared?: Prepared | null): Validated | Refused => {
    const { claims } = caller
    const field = fields.get(operation.field)
    if (!field) return refused(`Subscription.${operation.field} is not live.`, code.subscriptionNotSupported)
    if (!live) {
      return refused('This router has no live updates: its setting NATS_URL is missing.', code.subscriptionNotSupported)
    }
    const plan = planUpdates(operation, caller, prepared)
    if ('errors' in plan) return plan
    const subjects = subjectsOf(field, claims, operation.args)
    if ('errors' in subjects) return subjects
    const { patterns } = subjects
    const cursor = live.cursors(claims?.sub ?? null, patterns)
    const after = operation.after === null ? null : cursor.read(operation.after)
    if (operation.after !== null && !after) return refused('`after` is no cursor of this subscription.', code.badCursor)
    const { operationKey, response, coerced } = operation
    const renderedOperation = { response, request: operation.request, coerced }
    const join = () =>
      channels.join(channelKey(operationKey, claims, patterns), () => ({
        render: rendererOf(renderedOperation, plan, caller),
        cursorOf: cursor.write,
      }))
    return { patterns, after, delivery: live.delivery, join }
  }

  /** What is not planned yet is planned in turns, because that holds up the process. */
  const validateInTurn = async (operation: LiveOperation, caller: Caller): Promise<Validated | Refused> => {
    const { claims, quotaKey = '' } = caller
    const isLive = live !== null && fields.has(operation.field)
    if (!isLive || planUpdates.knows(operation, claims)) return validate(operation, caller)
    const request = planUpdates.toPrepare(operation, claims)
    const prepared = request && (await prepareInTurn(request, quotaKey))
    if (prepared && !('run' in prepared)) return { errors: prepared.errors ?? [] }
    const outcome = await inSharedTurn(planUpdates.keyOf(operation, claims), quotaKey, () =>
      validate(operation, caller, prepared),
    )
    if (!outcome) return validateInTurn(operation, caller)
    return 'refused' in outcome ? refusal(outcome) : outcome.result
  }

  const subscribe: Subscribe = async (operation, { expiresAt: _, revocable: __, tokenHint: ___, ...caller }, sink) => {
    const read = readLive(operation.request)
    const validated = 'errors' in read ? read : await validateInTurn(read, caller)
    if ('errors' in validated) return validated
    const { patterns, after, delivery } = validated
    const active: RunningSubscription = {
      operation,
      caller,
      patterns,
      member: validated.join(),
      subscription: null,
      sink,
    }
    running.add(active)
    const subscription = deliverUpdates(delivery, {
      patterns,
      after,
      isReady: sink.isReady,
      onWork: (ms) => work.charge(caller.quotaKey ?? '', ms),
      deliver: (update, created) => {
        const text = textOf(active.member, update, created)
        if (typeof text === 'string') return void sink.next(text)
        return text.then((later) => {
          // The client may have disconnected while subgraphs were called.
          if (running.has(active)) sink.next(later)
        })
      },
      failed: (error) => {
        log.error({ requestId: caller.headers['x-request-id'], err: error }, 'a subscription failed')
        detached(() => end(active, FAULT), { log, what: 'a subscription that failed could not be ended' })
      },
    })
    active.subscription = subscription
    return { drained: subscription.drained, stop: () => leave(active) }
  }

  const leave = (active: RunningSubscription) => {
    if (!running.delete(active)) return
    active.subscription?.stop()
    leaveChannel(active.member)
  }
  const end = (active: RunningSubscription, reason: { message: string; code: ErrorCode }) => {
    leave(active)
    active.sink.end(reason)
  }
  const moveAll = () => {
    for (const active of running) {
      const what = 'a subscription could not be moved to another supergraph'
      detached(() => moveOne(active), { log, what, end: () => end(active, FAULT) })
    }
  }
  const moveOne = (active: RunningSubscription) => {
    const { source, request } = active.operation
    const read = readOperation({ ...source, variables: request.variables })
    const reread = 'errors' in read ? read : readLive(read.request)
    const validated = 'errors' in reread ? reread : validate(reread, active.caller)
    if ('errors' in validated || validated.patterns.join() !== active.patterns.join())
      return end(active, SCHEMA_CHANGED)
    leaveChannel(active.member)
    active.member = validated.join()
  }
  return { subscribe, moveAll, channels: channels.size }
}

/** A hash, so that the key is short: many subscribers have a channel of their own. */
const channelKey = (...what: unknown[]) => hash('sha256', JSON.stringify(what), 'base64url')

const FAULT = { message: INTERNAL_ERROR_MESSAGE, code: code.internal }
const SCHEMA_CHANGED = {
  message: 'The API has changed and no longer supports this subscription.',
  code: code.schemaChanged,
}
