import type { GraphQLError } from 'graphql'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import { code, errorBody, type FormatError } from '../../errors.ts'
import type { Caller, EventData, Executor } from '../../operation.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import type { Send } from '../../upstream/send.ts'
import type { Update } from '../types.ts'
import type { LiveOperation } from './live-operation.ts'
import { readCarried } from './message-fields.ts'
import { askOwner } from './request-missing.ts'
import type { Shape } from './update-plan.ts'

/** The JSON text of the GraphQL result that tells one update; at once where its message holds all that is asked for. */
export type Render = (update: Update, cursor: string) => string | Promise<string>

/** Makes the function that makes an operation's `Render` for one caller. A `Render` never throws and never rejects. */
export function createRenderer(options: {
  supergraph: Supergraph
  execute: Executor
  send: Send
  formatError: FormatError
  log: Logger
}): (asked: Asked, shape: Shape, caller: Caller) => Render {
  const { supergraph, execute, send, formatError, log } = options
  const told = (errors: readonly GraphQLError[]) => errors.map(formatError)

  // Not inside the function below: thousands of those are held, most of which never need it.
  const given = async (to: Told, state: Record<string, unknown>): Promise<EventData> => {
    const { asked, shape, caller } = to
    const primary = { ...shape.primary, schema: supergraph.fullSchema }
    const { data, missing, lost } = readCarried({ ...primary, path: [primary.response] }, state, primary)
    const owner = { ...primary, send, variables: asked.coerced, log }
    const stillLost = missing.length ? await askOwner(owner, missing, caller) : []
    return { data: { [primary.response]: data }, failures: [...lost, ...stillLost] }
  }
  const complete = async (to: Told, { state }: LiveEntry, kind: Update['kind'], cursor: string): Promise<string> => {
    const { asked, shape, caller } = to
    const empty = (errors: unknown[]) =>
      `${headOf(asked)}${shape.nulls(null, kind, cursor)}},"errors":${JSON.stringify(errors)}}`
    try {
      const { data, errors = [] } = await execute(asked.request, caller, await given(to, { ...state, kind, cursor }))
      // No field of the payload makes it null: nothing could be run at all.
      if (!data) return empty(told(errors))
      return JSON.stringify({ data, ...(errors.length && { errors: told(errors) }) })
    } catch (error) {
      log.error({ requestId: caller.headers['x-request-id'], err: error }, 'an update could not be told')
      return empty(errorBody('Something went wrong here.', code.internal).errors)
    }
  }

  return (asked, shape, caller) =>
    ({ kind, entry }, cursor) => {
      const text = entry ? shape.direct?.(entry.state, kind, cursor) : shape.nulls(null, kind, cursor)
      if (text) return `${headOf(asked)}${text}}}`
      // A GAP always has its text: nothing but `kind` and `cursor` is never null (directive.ts).
      return entry ? complete({ asked, shape, caller }, entry, kind, cursor) : ''
    }
}

/** What is told to whom. */
type Told = { asked: Asked; shape: Shape; caller: Caller }

/** What of an operation is kept for as long as its updates are told. */
type Asked = Pick<LiveOperation, 'response' | 'request' | 'coerced'>

/** A response name needs no escapes. */
const headOf = ({ response }: Asked) => `{"data":{"${response}":`
