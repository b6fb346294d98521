import { createHash } from 'node:crypto'
import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  separateOperations,
  visit,
} from 'graphql'
import { clientError, code, invalidVariables, VARIABLE_COERCION_OPTIONS } from '../../errors.ts'
import type { OperationRequest } from '../../operation.ts'
import { fragmentsOf } from '../../selections.ts'

/** A subscription operation, with its argument `after` separated from it. */
export type LiveOperation = {
  /** The name of the one root field. */
  field: string
  /** Its response name. */
  response: string
  /** Its coerced arguments without `after`. */
  args: Record<string, unknown>
  after: string | null
  /** The operation without `after`. Its document contains nothing else, and is the same object for the same operation. */
  request: OperationRequest
  coerced: Record<string, unknown>
  /** Equal for operations that select the same fields, whatever their arguments. */
  planKey: string
  /** Equal for operations that differ in `after` only. */
  operationKey: string
}

type Refused = { errors: readonly GraphQLError[] }

/** Creates the function that reads an operation of a valid document. It refuses all but a single root field. */
export function createLiveOperationReader(schema: GraphQLSchema) {
  const cache = new WeakMap<DocumentNode, Map<string, WithoutAfter>>()

  return ({ document, operationName, variables }: OperationRequest): LiveOperation | Refused => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return refused('There is no such operation in the document.', code.badUserInput)
    const known = cache.get(document) ?? new Map<string, WithoutAfter>()
    cache.set(document, known)
    const reduced = known.get(operationName ?? '') ?? withoutAfter(document, operation)
    if ('errors' in reduced) return reduced
    known.set(operationName ?? '', reduced)

    const definitions = operation.variableDefinitions ?? []
    const { coerced: all, errors } = getVariableValues(schema, definitions, variables, VARIABLE_COERCION_OPTIONS)
    if (errors) return invalidVariables(errors)
    const { root, id } = reduced
    const definition = schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!definition) throw new Error(`A valid document has no root field "${root.name.value}".`)
    const { after, ...args } = getArgumentValues(definition, root, all)
    if (typeof after !== 'string' && after !== null && after !== undefined) {
      return refused('The argument "after" must be the cursor of an update.', code.badUserInput)
    }
    const coerced = pick(reduced.variables, all)
    return {
      field: definition.name,
      response: root.alias?.value ?? root.name.value,
      args,
      after: after ?? null,
      request: { document: reduced.document, operationName, variables: pick(reduced.variables, variables) },
      coerced,
      planKey: `${id} ${JSON.stringify(pick(reduced.conditions, coerced))}`,
      operationKey: `${id} ${JSON.stringify(coerced)}`,
    }
  }
}

/** An operation without the argument `after`; `root` is the client's own root field, with it. */
type WithoutAfter = { document: DocumentNode; root: FieldNode; id: string; variables: string[]; conditions: string[] }

function withoutAfter(full: DocumentNode, operation: OperationDefinitionNode): WithoutAfter | Refused {
  const alone = separateOperations(full)[operation.name?.value ?? ''] ?? full
  const roots = rootFields(operation.selectionSet, fragmentsOf(alone))
  if (!roots) return refused('The root field of a subscription takes no @skip or @include.', INVALID)
  const [root] = roots
  const names = new Set(roots.map(({ alias, name }) => (alias ?? name).value))
  if (!root || names.size > 1 || root.name.value.startsWith('__')) {
    return refused('A subscription selects exactly one root field.', INVALID)
  }
  const without = visit(alone, {
    Field: (field) => {
      if (!roots.includes(field)) return undefined
      return { ...field, arguments: field.arguments?.filter(({ name }) => name.value !== 'after') }
    },
  })
  const used = variablesIn(without)
  const conditions = new Set<string>()
  visit(without, {
    Directive: (directive) => {
      if (CONDITIONS.has(directive.name.value)) for (const name of variablesIn(directive)) conditions.add(name)
    },
  })
  const document = visit(without, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  })
  const id = createHash('sha256').update(print(document)).digest('base64')
  return { document, root, id, variables: [...used].sort(), conditions: [...conditions].sort() }
}

const CONDITIONS = new Set(['skip', 'include'])

function variablesIn(node: ASTNode): Set<string> {
  const found = new Set<string>()
  visit(node, { Variable: ({ name }) => void found.add(name.value), VariableDefinition: () => false })
  return found
}

/** The root fields; null if one has a condition, because their number then depends on variables. */
function rootFields(set: SelectionSetNode, fragments: Map<string, FragmentDefinitionNode>): FieldNode[] | null {
  const fields: FieldNode[] = []
  for (const selection of set.selections) {
    if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value))) return null
    if (selection.kind === Kind.FIELD) {
      fields.push(selection)
      continue
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    const inner = fragment ? rootFields(fragment.selectionSet, fragments) : []
    if (!inner) return null
    fields.push(...inner)
  }
  return fields
}

const pick = (names: string[], values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : [])))

const INVALID = 'GRAPHQL_VALIDATION_FAILED'
const refused = (message: string, errorCode: string): Refused => ({ errors: [clientError(message, errorCode)] })
