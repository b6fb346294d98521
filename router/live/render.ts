import type { GraphQLError } from 'graphql'
import type { Logger } from '../../chassis/log.ts'
import { code, formatError, refusal } from '../errors.ts'
import type { Executor, Given } from '../execute.ts'
import type { Caller, Send } from '../send.ts'
import type { Supergraph } from '../supergraph.ts'
import { askOwner } from './ask-owner.ts'
import { readCarried } from './carried.ts'
import type { LiveOperation } from './operation.ts'
import type { Shape } from './shape.ts'
import type { LiveEntry, Update } from './types.ts'

/** The JSON text of the GraphQL result that tells one update; at once where its message holds all that is asked for. */
export type Render = (update: Update, cursor: string) => string | Promise<string>

/** Makes the function that makes an operation's `Render` for one caller. A `Render` never throws and never rejects. */
export function createRenderer(options: {
  supergraph: Supergraph
  execute: Executor
  send: Send
  log: Logger
}): (operation: LiveOperation, shape: Shape, caller: Caller) => Render {
  const { supergraph, execute, send, log } = options
  const format = formatError((error) => log.error({ err: error }, 'unexpected error'))
  const told = (errors: readonly GraphQLError[]) => errors.map(format)

  return ({ response, request, coerced }, { nulls, direct, primary }, caller) => {
    const head = `{"data":{${JSON.stringify(response)}:`
    const owner = { ...primary, send, schema: supergraph.fullSchema, variables: coerced, log }
    const schema = { schema: supergraph.fullSchema, ...primary }

    const given = async (state: Record<string, unknown>): Promise<Given> => {
      const { data, missing, lost } = readCarried({ ...primary, path: [primary.response] }, state, schema)
      const stillLost = missing.length ? await askOwner(owner, missing, caller) : []
      return { data: { [primary.response]: data }, lost: [...lost, ...stillLost] }
    }
    const complete = async ({ state }: LiveEntry, kind: Update['kind'], cursor: string): Promise<string> => {
      const empty = (errors: unknown[]) => `${head}${nulls(null, kind, cursor)}},"errors":${JSON.stringify(errors)}}`
      try {
        const { data, errors = [] } = await execute(request, caller, await given({ ...state, kind, cursor }))
        // No field of the payload makes it null: nothing could be run at all.
        if (!data) return empty(told(errors))
        return JSON.stringify({ data, ...(errors.length && { errors: told(errors) }) })
      } catch (error) {
        log.error({ requestId: caller.headers['x-request-id'], err: error }, 'an update could not be told')
        return empty(refusal('Something went wrong here.', code.internal).errors)
      }
    }
    return ({ kind, entry }, cursor) => {
      const text = entry ? direct?.(entry.state, kind, cursor) : nulls(null, kind, cursor)
      if (text) return `${head}${text}}}`
      // A GAP always has its text: nothing but `kind` and `cursor` is never null (directive.ts).
      return entry ? complete(entry, kind, cursor) : ''
    }
  }
}
