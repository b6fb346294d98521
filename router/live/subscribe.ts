import type { Logger } from '../../chassis/log.ts'
import { clientError, code } from '../errors.ts'
import type { Executor } from '../execute.ts'
import type { Fetcher } from '../fetch.ts'
import type { Planner } from '../plan.ts'
import type { Supergraph } from '../supergraph.ts'
import { createChannels } from './channel.ts'
import type { Cursors } from './cursor.ts'
import { liveFields, subjectsOf } from './directive.ts'
import { type Following, follow } from './follow.ts'
import { createOperationReader } from './operation.ts'
import { createRenderer } from './render.ts'
import type { Subscribe } from './run.ts'
import { createShapes } from './shape.ts'
import type { Subscription } from './types.ts'

/**
 * Makes the function that starts subscriptions on one supergraph. Errors, before anything is subscribed: what operation,
 * rights, subjects or cursor are refused for (SUBSCRIPTION_NOT_SUPPORTED, UNAUTHENTICATED, BAD_USER_INPUT, BAD_CURSOR, …).
 * Throws UnusableSupergraph where a `@live` could not be obeyed. `live` is null where there is no NATS.
 */
export function createSubscribe(options: {
  supergraph: Supergraph
  planner: Planner
  execute: Executor
  fetch: Fetcher
  live: { following: Following; cursors: Cursors } | null
  log: Logger
}): { subscribe: Subscribe; channels(): number } {
  const { supergraph, planner, live } = options
  const fields = liveFields(supergraph)
  const read = createOperationReader(supergraph.clientSchema)
  const shapeOf = createShapes(supergraph, planner)
  const rendererOf = createRenderer(options)
  const channels = createChannels()

  const subscribe: Subscribe = async (request, { claims, headers }, sink) => {
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

    const channel = channels.join(JSON.stringify([operation.key, claims, patterns]), () => ({
      render: rendererOf(operation, shape, { claims, headers }),
      cursorOf: cursor.write,
    }))
    let isOver = false
    const stopWith = (subscription: Subscription | null) => {
      isOver = true
      subscription?.stop()
      channel.leave()
    }
    const subscription = follow(live.following, {
      patterns,
      after,
      isReady: () => sink.isReady(),
      deliver: (update, created) => {
        const text = channel.textOf(update, created)
        if (typeof text === 'string') return void sink.next(text)
        return text.then((later) => {
          // The client may have gone while others were asked.
          if (!isOver) sink.next(later)
        })
      },
      failed: (error) => {
        options.log.error({ requestId: headers['x-request-id'], err: error }, 'a subscription failed')
        stopWith(null)
        sink.end({ message: 'Something went wrong here.', code: code.internal })
      },
    })
    return { drained: subscription.drained, stop: () => stopWith(subscription) }
  }
  return { subscribe, channels: channels.size }
}

const refused = (message: string, errorCode: string) => ({ errors: [clientError(message, errorCode)] })
