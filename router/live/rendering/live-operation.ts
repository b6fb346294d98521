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

/** A subscription operation as its client means it, its place to go on from told apart. */
export type LiveOperation = {
  /** Name of the one root field, its name in the answer, and its coerced arguments without `after`. */
  field: string
  response: string
  args: Record<string, unknown>
  after: string | null
  /** The operation without `after`, alone in its document: the same object for the same operation of a document. */
  request: OperationRequest
  /** Its coerced variables. */
  coerced: Record<string, unknown>
  /** The same for operations that ask for the same fields, whatever of; and, `key`, that mean the same in all but `after`. */
  shape: string
  key: string
}

type Refused = { errors: readonly GraphQLError[] }

/** Makes the function that reads a valid document of the schema; it refuses what is no single live root field. */
export function createOperationReader(schema: GraphQLSchema) {
  const kept = new WeakMap<DocumentNode, Map<string, Reduced>>()

  return ({ document, operationName, variables }: OperationRequest): LiveOperation | Refused => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return refused('There is no such operation in the document.', code.badUserInput)
    const known = kept.get(document) ?? new Map<string, Reduced>()
    kept.set(document, known)
    const reduced = known.get(operationName ?? '') ?? reduce(document, operation)
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
    const coerced = only(reduced.variables, all)
    return {
      field: definition.name,
      response: root.alias?.value ?? root.name.value,
      args,
      after: after ?? null,
      request: { document: reduced.document, operationName, variables: only(reduced.variables, variables) },
      coerced,
      shape: `${id} ${JSON.stringify(only(reduced.conditions, coerced))}`,
      key: `${id} ${JSON.stringify(coerced)}`,
    }
  }
}

/** An operation without the `after` of its root field, which is as the client wrote it. */
type Reduced = { document: DocumentNode; root: FieldNode; id: string; variables: string[]; conditions: string[] }

function reduce(whole: DocumentNode, operation: OperationDefinitionNode): Reduced | Refused {
  const alone = separateOperations(whole)[operation.name?.value ?? ''] ?? whole
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

/** The fields at the root; null where a condition stands there, by which there could be another number of them. */
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

const only = (names: string[], values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : [])))

const INVALID = 'GRAPHQL_VALIDATION_FAILED'
const refused = (message: string, errorCode: string): Refused => ({ errors: [clientError(message, errorCode)] })
