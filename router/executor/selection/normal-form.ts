import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
  visit,
} from 'graphql'
import type { Field, Fragment, Operation, Selection, SelectionSet } from '../../operation.ts'

/** The fragments of a document as a client sent it, by name. */
export type FragmentDefinitions = ReadonlyMap<string, FragmentDefinitionNode>

export function fragmentsOf({ definitions }: DocumentNode): FragmentDefinitions {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

/**
 * The normal form of an operation of a valid document:
 * - Spreads are inline fragments. A fragment that adds no condition is replaced by its selections; one whose type adds none
 *   has no type, so its fields are selected on the type around it.
 * - Left out is what `@skip` and `@include` always exclude, and what no object can be: `... on Car { ... on Brand { name } }`.
 * - Equal selections are merged where that keeps the order of the response.
 *
 * Variables stay declared, used or not. A node of the result is selected on one type only, even if it comes from a
 * fragment that is spread on several. Fragments are expanded wherever they are spread, so limits/size.ts comes before.
 */
export function normalForm(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: FragmentDefinitions = new Map(),
): Operation {
  const fieldsByNode = new Map<FieldNode, Map<string, Field>>()
  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error('A valid operation has a root type.')
  return { ...operation, selectionSet: selectionsOn(root, possibleTypes(schema, root), [operation.selectionSet]) }

  function selectionsOn(
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
    sets: readonly SelectionSetNode[],
  ): SelectionSet {
    const entries = createEntries()
    const collected = new Set<SelectionSetNode>()
    const collect = (set: SelectionSetNode) => {
      // A fragment that is spread again adds nothing.
      if (collected.has(set)) return
      collected.add(set)
      for (const selection of set.selections) {
        const directives = withoutLiteralConditions(selection.directives)
        if (!directives) continue
        if (selection.kind === Kind.FIELD) {
          entries.addField(selection, directives)
          continue
        }
        const fragment = contentOf(selection)
        const { typeCondition, selectionSet } = fragment
        const isWider = isOfType(schema, parent, typeOfFragment(schema, fragment, parent))
        if (isWider && directives.length === 0) collect(selectionSet)
        else entries.addFragment(isWider ? { directives, selectionSet } : { typeCondition, directives, selectionSet })
      }
    }
    for (const set of sets) collect(set)
    const selections = entries.all().flatMap((entry): Selection[] => {
      if (entry.kind === Kind.FIELD) return [fieldOn(parent, entry)]
      const { node } = entry
      const type = typeOfFragment(schema, node, parent)
      const remaining = possible.filter((member) => isOfType(schema, member, type))
      const selectionSet = remaining.length ? selectionsOn(type, remaining, entry.sets) : NOTHING
      return selectionSet.selections.length ? [{ ...node, selectionSet }] : []
    })
    return { kind: Kind.SELECTION_SET, selections }
  }

  function contentOf(selection: InlineFragmentNode | FragmentSpreadNode): FragmentContent {
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    if (!fragment) throw new Error('A valid document has the fragments that it spreads.')
    return { typeCondition: fragment.typeCondition, selectionSet: fragment.selectionSet }
  }

  /** Fields of fragments that are spread repeatedly on one type are shared. */
  function fieldOn(parent: GraphQLCompositeType, { node, directives, sets }: FieldEntry): Field {
    const known = fieldsByNode.get(node) ?? new Map<string, Field>()
    fieldsByNode.set(node, known)
    const before = sets.length < 2 ? known.get(parent.name) : undefined
    if (before) return before
    const type = typeOfField(parent, node.name.value)
    const field = {
      ...node,
      directives,
      selectionSet: type && sets.length ? selectionsOn(type, possibleTypes(schema, type), sets) : undefined,
    }
    if (sets.length < 2) known.set(parent.name, field)
    return field
  }
}

type FragmentContent = Pick<InlineFragmentNode, 'typeCondition' | 'selectionSet'>
type FieldEntry = { kind: Kind.FIELD; node: FieldNode; directives: readonly DirectiveNode[]; sets: SelectionSetNode[] }
type FragmentEntry = { kind: Kind.INLINE_FRAGMENT; node: InlineFragmentNode; sets: SelectionSetNode[] }

/** Gathers the selections of one set. In a valid document, fields with one response name are equal but for directives. */
function createEntries() {
  const entries: (FieldEntry | FragmentEntry)[] = []
  const leaves = new Set<string>()
  /** By response name: the latest field with selections, as long as no fragment follows, which may select it too. */
  const objects = new Map<string, FieldEntry>()

  return {
    all: () => entries,
    addField: (node: FieldNode, directives: readonly DirectiveNode[]) => {
      const name = responseNameOf(node)
      const entry: FieldEntry = { kind: node.kind, node, directives, sets: [] }
      if (!node.selectionSet) {
        const key = `${name} ${directives.map(print)}`
        if (!leaves.has(key)) entries.push(entry)
        leaves.add(key)
        return
      }
      const before = objects.get(name)
      if (before && haveEqualDirectives(before, entry)) {
        before.sets.push(node.selectionSet)
        return
      }
      entry.sets.push(node.selectionSet)
      objects.set(name, entry)
      entries.push(entry)
    },
    addFragment: (fragment: Omit<InlineFragmentNode, 'kind'>) => {
      const node = { ...fragment, kind: Kind.INLINE_FRAGMENT } as const
      const before = entries.at(-1)
      objects.clear()
      if (before?.kind === node.kind && isSameCondition(before.node, node)) before.sets.push(node.selectionSet)
      else entries.push({ kind: node.kind, node, sets: [node.selectionSet] })
    },
  }
}

type WithDirectives = { directives?: readonly DirectiveNode[] | undefined }

const haveEqualDirectives = (one: WithDirectives, other: WithDirectives) =>
  (one.directives ?? []).map(print).join() === (other.directives ?? []).map(print).join()

const isSameCondition = (one: InlineFragmentNode, other: InlineFragmentNode) =>
  one.typeCondition?.name.value === other.typeCondition?.name.value && haveEqualDirectives(one, other)

/** The value of a `@skip` or `@include`; undefined for other directives. */
export const conditionOf = ({ name, arguments: args }: DirectiveNode): ValueNode | undefined =>
  name.value === 'skip' || name.value === 'include' ? args?.[0]?.value : undefined

/** The directives without conditions that always hold; null if the selection is never included. */
function withoutLiteralConditions(directives: readonly DirectiveNode[] = []): readonly DirectiveNode[] | null {
  const kept: DirectiveNode[] = []
  for (const directive of directives) {
    const value = conditionOf(directive)
    if (value?.kind !== Kind.BOOLEAN) kept.push(directive)
    else if (value.value === (directive.name.value === 'skip')) return null
  }
  return kept
}

/** The name of a field in the response. */
export const responseNameOf = ({ alias, name }: FieldNode): string => (alias ?? name).value

/** Whether every object of the first type is of the second one. */
export function isOfType(schema: GraphQLSchema, type: GraphQLCompositeType, condition: GraphQLCompositeType): boolean {
  return type === condition || (isAbstractType(condition) && !isUnionType(type) && schema.isSubType(condition, type))
}

/** Whether a fragment applies to every object of a type. Without a type, every fragment applies. */
export function appliesToAll(schema: GraphQLSchema, { typeCondition }: Fragment, type?: GraphQLCompositeType): boolean {
  if (!typeCondition || !type || typeCondition.name.value === type.name) return true
  const condition = schema.getType(typeCondition.name.value)
  return isCompositeType(condition) && isOfType(schema, type, condition)
}

/** The object types that an object of this type may have. */
const possibleTypes = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isObjectType(type) ? [type] : schema.getPossibleTypes(type)

/** The type that the selections of a fragment are on. */
export function typeOfFragment(
  schema: GraphQLSchema,
  { typeCondition }: Pick<InlineFragmentNode, 'typeCondition'>,
  parent: GraphQLCompositeType,
): GraphQLCompositeType {
  if (!typeCondition) return parent
  const type = schema.getType(typeCondition.name.value)
  if (!isCompositeType(type)) throw new Error('A valid fragment is on a type with fields.')
  return type
}

/** The type of a field's objects; undefined for leaves. */
export function typeOfField(parent: GraphQLCompositeType, field: string): GraphQLCompositeType | undefined {
  const definition = isUnionType(parent) ? undefined : parent.getFields()[field]
  const meta = field === SchemaMetaFieldDef.name ? SchemaMetaFieldDef : TypeMetaFieldDef
  const type = definition ? definition.type : isIntrospectionField(field) ? meta.type : undefined
  const named = type && getNamedType(type)
  return isCompositeType(named) ? named : undefined
}

export const isIntrospectionField = (field: string) =>
  field === SchemaMetaFieldDef.name || field === TypeMetaFieldDef.name

const NOTHING: SelectionSet = { kind: Kind.SELECTION_SET, selections: [] }

/** `__typename`, as it is added to what is sent. */
export const TYPENAME: Field = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

export const selectionSetOf = (selections: readonly Selection[]): SelectionSet => ({
  kind: Kind.SELECTION_SET,
  selections,
})

/** The variables used in a node; of an operation, those that its definitions declare do not count. */
export function variablesIn(node: ASTNode): Set<string> {
  const found = new Set<string>()
  visit(node, { Variable: ({ name }) => void found.add(name.value), VariableDefinition: () => false })
  return found
}

/** The operation without declarations of variables that it does not use. */
export function withUsedVariables(operation: Operation): Operation {
  const used = variablesIn(operation)
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value))
  return { ...operation, variableDefinitions }
}

/** Reads the text of one operation without fragment definitions, such as the planner writes. */
export function parseOperation(text: string): Operation {
  const { definitions } = parse(text, { noLocation: true })
  const [operation] = definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION || definitions.length > 1) {
    throw new Error('The text is not one operation without fragment definitions.')
  }
  return operation as Operation // without definitions there are no spreads
}
