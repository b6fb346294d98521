import { type ExecutionResult, execute, GraphQLError } from 'graphql'
import { expectedValue } from './expected-values.ts'
import type { OperationRequest } from './request.ts'
import type { Thing, World } from './world.ts'

/** The expected answer: graphql-js runs the operation on a single schema with the whole API, over the whole world. */
export async function executeMonolith(world: World, request: OperationRequest): Promise<ExecutionResult> {
  world.restart()
  return execute({
    schema: world.setup.supergraph.clientSchema,
    document: request.document,
    operationName: request.operationName,
    variableValues: request.variables,
    fieldResolver: (source, args, _, info) => {
      // Below the root every object is a Thing. Introspection has resolvers of its own.
      const thing = (source as Thing | undefined) ?? rootThing(info.parentType.name)
      return expectedValue(world, thing, info.fieldName, args)
    },
    typeResolver: (thing) => {
      if (isThing(thing)) return thing.type
      throw new GraphQLError('This is no thing.')
    },
  })
}

export const rootThing = (type: string): Thing => ({ type, id: type, number: 1, up: null })

export const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && 'id' in value && 'type' in value
