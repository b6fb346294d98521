import { graphql } from 'graphql'
import type { Caller } from '../../chassis/graphql/callers.ts'
import { sdlOf, subgraphSchema } from '../../chassis/graphql/schema.ts'
import { newId } from '../../chassis/ids.ts'
import type { Claims } from '../../chassis/signed-context.ts'

/** Someone who is signed in and has one role. */
export const as = (role: string, sub = newId()): Caller => ({ sub, roles: [role], scopes: [] })

/** A context's part of the graph, asked as its server would be once the router's signature is verified. */
export function subgraph(sdl: URL, resolvers: object, contextOf: (claims: Claims) => object) {
  const schema = subgraphSchema(sdlOf(sdl), resolvers)

  /** Answers the data and the codes of the errors. */
  const ask = async (claims: Claims, source: string, variableValues: Record<string, unknown> = {}) => {
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue: contextOf(claims) })
    const codes = errors?.map(({ extensions, message }) => extensions.code ?? message)
    return JSON.parse(JSON.stringify({ data, errors: codes })) // Plain objects: graphql's own have no prototype.
  }
  /** Asks as the router does for what other contexts refer to. */
  const entities = (claims: Claims, fields: string, of: object[]) =>
    ask(claims, `query ($of: [_Any!]!) { _entities(representations: $of) { ${fields} } }`, { of })

  return { ask, entities }
}
