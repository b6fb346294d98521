import { graphql } from 'graphql'
import type { Caller } from '../../chassis/graphql/callers.ts'
import { sdlOf, subgraphSchema } from '../../chassis/graphql/schema.ts'
import { newId } from '../../chassis/ids.ts'
import type { Claims } from '../../chassis/signed-context.ts'

/** A signed-in caller with one role. */
export const as = (role: string, sub = newId()): Caller => ({ sub, roles: [role], scopes: [] })

/** Runs operations on a context's subgraph, as its server does after it has verified the router's signature. */
export function subgraph(sdl: URL, resolvers: object, contextOf: (claims: Claims) => object) {
  const schema = subgraphSchema(sdlOf(sdl), resolvers)

  /** Runs an operation; returns the data and the codes of the errors. */
  const run = async (claims: Claims, source: string, variableValues: Record<string, unknown> = {}) => {
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue: contextOf(claims) })
    const codes = errors?.map(({ extensions, message }) => extensions.code ?? message)
    return JSON.parse(JSON.stringify({ data, errors: codes })) // Plain objects: graphql's own have no prototype.
  }
  /** Fetches entities by their representations, as the router does. */
  const entities = (claims: Claims, fields: string, of: object[]) =>
    run(claims, `query ($of: [_Any!]!) { _entities(representations: $of) { ${fields} } }`, { of })

  return { run, entities }
}
