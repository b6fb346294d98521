import type { GraphQLError } from 'graphql'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { code, errorBody, type FormatError } from '../../errors.ts'
import type { Caller, EventData, Executor } from '../../operation.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import type { Send } from '../../upstream/send.ts'
import type { Update } from '../types.ts'
import type { LiveOperation } from './live-operation.ts'
import { readMessageFields } from './message-fields.ts'
import { requestMissing } from './request-missing.ts'
import type { UpdatePlan } from './update-plan.ts'

/** Renders one update as the JSON text of a GraphQL result; without a promise if its message has all selected fields. */
export type Render = (update: Update, cursor: string) => string | Promise<string>

/** Creates the function that returns an operation's `Render` for one caller. A `Render` never throws and never rejects. */
export function createRenderer(options: {
  supergraph: Supergraph
  execute: Executor
  send: Send
  formatError: FormatError
  log: Logger
}): (operation: RenderedOperation, plan: UpdatePlan, caller: Caller) => Render {
  const { supergraph, execute, send, formatError, log } = options
  const formatErrors = (errors: readonly GraphQLError[]) => errors.map(formatError)

  // Outside the returned function, because thousands of closures of that are held.
  const eventDataOf = async (target: Target, state: Record<string, unknown>): Promise<EventData> => {
    const { operation, plan, caller } = target
    const primary = { ...plan.primary, schema: supergraph.fullSchema }
    const { data, missing, failures } = readMessageFields({ ...primary, path: [primary.response] }, state, primary)
    const source = { ...primary, send, variables: operation.coerced, log }
    const notFetched = missing.length ? await requestMissing(source, missing, caller) : []
    return { data: { [primary.response]: data }, failures: [...failures, ...notFetched] }
  }
  const executeUpdate = async (
    target: Target,
    { state }: LiveEntry,
    kind: Update['kind'],
    cursor: string,
  ): Promise<string> => {
    const { operation, plan, caller } = target
    const empty = (errors: unknown[]) =>
      `${opening(operation)}${plan.projectGap(null, kind, cursor)}},"errors":${JSON.stringify(errors)}}`
    try {
      const { data, errors = [] } = await execute(
        operation.request,
        caller,
        await eventDataOf(target, { ...state, kind, cursor }),
      )
      // The payload's fields are nullable, so without data the operation was not executed at all.
      if (!data) return empty(formatErrors(errors))
      return JSON.stringify({ data, ...(errors.length && { errors: formatErrors(errors) }) })
    } catch (error) {
      log.error({ requestId: caller.headers['x-request-id'], err: error }, 'an update could not be rendered')
      return empty(errorBody('Something went wrong here.', code.internal).errors)
    }
  }

  return (operation, plan, caller) =>
    ({ kind, entry }, cursor) => {
      const text = entry ? plan.projectMessage?.(entry.state, kind, cursor) : plan.projectGap(null, kind, cursor)
      if (text) return `${opening(operation)}${text}}}`
      // A GAP always has a text: only `kind` and `cursor` are non-null (live-directive.ts).
      return entry ? executeUpdate({ operation, plan, caller }, entry, kind, cursor) : ''
    }
}

/** The operation, its plan and the caller for whom an update is rendered. */
type Target = { operation: RenderedOperation; plan: UpdatePlan; caller: Caller }

/** The parts of an operation that are held for the whole subscription. */
type RenderedOperation = Pick<LiveOperation, 'response' | 'request' | 'coerced'>

/** Response names need no escapes in JSON. */
const opening = ({ response }: RenderedOperation) => `{"data":{"${response}":`
