import { type GraphQLError, type GraphQLSchema, getArgumentValues, getVariableValues, Kind } from 'graphql'
import { code, invalidVariables, refused, VARIABLE_COERCION_OPTIONS } from '../../errors.ts'
import { conditionKey } from '../../executor/selection/conditions.ts'
import { responseNameOf, selectionSetOf, variablesIn, withUsedVariables } from '../../executor/selection/normal-form.ts'
import type { Field, Operation, OperationRequest } from '../../operation.ts'
import { digestOf } from '../../request/operation-text.ts'

/** A subscription operation, with its argument `after` separated from it. */
export type LiveOperation = {
  /** The name of the one root field. */
  field: string
  /** Its response name. */
  response: string
  /** Its coerced arguments without `after`. */
  args: Record<string, unknown>
  after: string | null
  /** The operation without `after` and its variables; the same object for the same operation. */
  request: OperationRequest
  coerced: Record<string, unknown>
  /** Equal for operations that select the same fields, whatever their arguments. */
  planKey: string
  /** Equal for operations that differ in `after` only. */
  operationKey: string
}

type Refused = { errors: readonly GraphQLError[] }

/** Creates the function that reads a subscription. It refuses all but a single root field. */
export function createLiveOperationReader(schema: GraphQLSchema) {
  const cache = new WeakMap<Operation, WithoutAfter>()

  return ({ operation, variables }: OperationRequest): LiveOperation | Refused => {
    const reduced = cache.get(operation) ?? withoutAfter(operation)
    if (!reduced) return refused('A subscription selects exactly one root field.', code.validationFailed)
    cache.set(operation, reduced)
    const definitions = operation.variableDefinitions ?? []
    const { coerced: all, errors } = getVariableValues(schema, definitions, variables, VARIABLE_COERCION_OPTIONS)
    if (errors) return invalidVariables(errors)
    const { root, id } = reduced
    const definition = schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!definition) throw new Error(`A valid operation has no root field "${root.name.value}".`)
    const { after, ...args } = getArgumentValues(definition, root, all)
    if (typeof after !== 'string' && after !== null && after !== undefined) {
      return refused('The argument "after" must be the cursor of an update.', code.badUserInput)
    }
    const coerced = pick(reduced.variables, all)
    return {
      field: definition.name,
      response: responseNameOf(root),
      args,
      after: after ?? null,
      request: { operation: reduced.operation, variables: pick(reduced.variables, variables) },
      coerced,
      planKey: `${id} ${conditionKey(reduced.operation, coerced)}`,
      operationKey: `${id} ${JSON.stringify(coerced)}`,
    }
  }
}

/** An operation without the argument `after`; `root` is the client's own root field, with it. */
type WithoutAfter = { operation: Operation; root: Field; id: string; variables: string[] }

function withoutAfter(original: Operation): WithoutAfter | null {
  const [root, ...more] = original.selectionSet.selections
  if (root?.kind !== Kind.FIELD || root.name.value.startsWith('__') || more.length) return null
  const field = { ...root, arguments: root.arguments?.filter(({ name }) => name.value !== 'after') }
  const operation = withUsedVariables({ ...original, selectionSet: selectionSetOf([field]) })
  return {
    operation,
    root,
    id: digestOf(operation),
    variables: [...variablesIn(operation)].sort(),
  }
}

const pick = (names: string[], values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : [])))
