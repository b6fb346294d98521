import { type ExecutionResult, execute, GraphQLError } from 'graphql'
import type { OperationRequest } from '../../router/operation.ts'
import { truth } from './truth.ts'
import type { Thing, World } from './world.ts'

/**
 * Answers as one server would that has the whole API and knows the whole world, by graphql-js: what a router should
 * answer, data and errors, whatever its subgraphs are.
 */
export async function askMonolith(world: World, request: OperationRequest): Promise<ExecutionResult> {
  world.restart()
  return execute({
    schema: world.setup.supergraph.clientSchema,
    document: request.document,
    operationName: request.operationName,
    variableValues: request.variables,
    fieldResolver: (source, args, _, info) => {
      // Below the root there are only things of ours; what introspection resolves does not come here.
      const thing = (source as Thing | undefined) ?? rootThing(info.parentType.name)
      return truth(world, thing, info.fieldName, args)
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
