import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { Rights } from './rights.ts'

/** The part of an operation that the caller may run, and where the refused fields are in the original. */
export type RestrictedOperation = {
  /** The operation without refused fields, alone with its fragments; a valid document. */
  document: DocumentNode
  /** Whether every root field was refused, so that nothing is run. */
  nothingLeft: boolean
  operation: OperationDefinitionNode
  fragments: Map<string, FragmentDefinitionNode>
  /** Refused fields of the original operation, with their coordinates. */
  refused: Map<FieldNode, string>
  /** Fields of the original operation with refused fields somewhere below. */
  ancestors: Set<FieldNode>
  /** The response name of `__typename` in `document`, for the abstract types of `ancestors`. */
  typenameKey: string
  rights: Rights
}

/**
 * Removes refused fields. Whether a field is refused depends on the type it is selected on, so each fragment is reduced
 * once.
 */
export function removeRefused(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Map<string, FragmentDefinitionNode>,
  rights: Rights,
): RestrictedOperation {
  const refused = new Map<FieldNode, string>()
  const ancestors = new Set<FieldNode>()
  const typenameKey = unusedAlias([operation, ...fragments.values()])
  const typename = typenameField(typenameKey)
  const reducedFragments = new Map<string, Reduced>()

  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error('A valid operation has a root type.')
  const reduced = reduceSet(operation.selectionSet, root)
  const nothingLeft = reduced.selections.length === 0
  const remaining = { ...operation, selectionSet: setOf(nothingLeft ? [typename] : reduced.selections) }
  const document = documentOf(remaining, (name) => {
    const fragment = fragments.get(name)
    return fragment && { ...fragment, selectionSet: setOf(reducedFragments.get(name)?.selections ?? []) }
  })
  return { document, nothingLeft, operation, fragments, refused, ancestors, typenameKey, rights }

  function reduceSet(set: SelectionSetNode, parent: GraphQLCompositeType): Reduced {
    const all = set.selections.map((selection) => reduceSelection(selection, parent))
    return { selections: all.flatMap(({ selections }) => selections), changed: all.some(({ changed }) => changed) }
  }

  function reduceSelection(selection: SelectionNode, parent: GraphQLCompositeType): Reduced {
    if (selection.kind === Kind.FIELD) return reduceField(selection, parent)
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD ? reduceFragment(selection.name.value) : reduceInline(selection, parent)
    if (inner.selections.length === 0) return { selections: [], changed: inner.changed }
    const kept =
      selection.kind === Kind.INLINE_FRAGMENT ? { ...selection, selectionSet: setOf(inner.selections) } : selection
    return { selections: [kept], changed: inner.changed }
  }

  function reduceInline(
    { typeCondition, selectionSet }: SelectionNode & { kind: Kind.INLINE_FRAGMENT },
    parent: GraphQLCompositeType,
  ): Reduced {
    return reduceSet(selectionSet, typeCondition ? compositeType(schema, typeCondition.name.value) : parent)
  }

  function reduceFragment(name: string): Reduced {
    const known = reducedFragments.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) throw new Error('A valid document has the fragments that it spreads.')
    const reducedFragment = reduceSet(fragment.selectionSet, compositeType(schema, fragment.typeCondition.name.value))
    reducedFragments.set(name, reducedFragment)
    return reducedFragment
  }

  function reduceField(field: FieldNode, parent: GraphQLCompositeType): Reduced {
    const name = field.name.value
    const coordinate = `${parent.name}.${name}`
    if (!rights.allows(coordinate)) {
      refused.set(field, coordinate)
      return { selections: [], changed: true }
    }
    const type = isUnionType(parent) ? undefined : getNamedType(parent.getFields()[name]?.type)
    // Introspection fields have no type here and are never refused.
    if (!field.selectionSet || !isCompositeType(type)) return { selections: [field], changed: false }
    const { selections, changed } = reduceSet(field.selectionSet, type)
    if (!changed) return { selections: [field], changed }
    ancestors.add(field)
    const needsTypename = selections.length === 0 || isAbstractType(type)
    return {
      selections: [{ ...field, selectionSet: setOf(needsTypename ? [...selections, typename] : selections) }],
      changed,
    }
  }
}

type Reduced = { selections: SelectionNode[]; changed: boolean }

/** The operation with the fragments and variable definitions that it still uses. */
function documentOf(
  operation: OperationDefinitionNode,
  fragment: (name: string) => FragmentDefinitionNode | undefined,
): DocumentNode {
  const variables = new Set<string>()
  const fragments = new Map<string, FragmentDefinitionNode>()
  const collectUsed = (node: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => {
        variables.add(name.value)
      },
      FragmentSpread: ({ name }) => {
        const spread = fragments.has(name.value) ? undefined : fragment(name.value)
        if (!spread) return
        fragments.set(name.value, spread)
        collectUsed(spread)
      },
    })
  collectUsed(operation)
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    variables.has(variable.name.value),
  )
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }, ...fragments.values()] }
}

/** `__typename`, or another name if the client uses it as an alias. */
function unusedAlias(definitions: (OperationDefinitionNode | FragmentDefinitionNode)[]): string {
  const used = new Set<string>()
  const note = ({ alias, name }: FieldNode) => {
    if (alias || name.value !== '__typename') used.add(alias?.value ?? name.value)
  }
  for (const definition of definitions) visit(definition, { Field: note })
  let key = '__typename'
  for (let next = 1; used.has(key); next++) key = `typename_${next}`
  return key
}

function typenameField(key: string): FieldNode {
  const name = { kind: Kind.NAME, value: '__typename' } as const
  return { kind: Kind.FIELD, name, ...(key === name.value ? {} : { alias: { kind: Kind.NAME, value: key } }) }
}

function compositeType(schema: GraphQLSchema, name: string): GraphQLCompositeType {
  const type = schema.getType(name)
  if (!isCompositeType(type)) throw new Error('A valid fragment is on a type with fields.')
  return type
}

const setOf = (selections: SelectionNode[]): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections })
