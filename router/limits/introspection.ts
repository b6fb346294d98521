import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { fragmentsOf } from '../selections.ts'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** What one `__schema` or `__type` field costs. */
export type IntrospectionCost = (field: FieldNode) => number

/** What the usual introspection costs, however large the schema is. Others cost in proportion to how much they answer. */
const USUAL_COST = 10_000
const USUAL = parse(
  getIntrospectionQuery({
    ...{ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true },
    ...{ schemaDescription: true, inputValueDeprecation: true, oneOf: true },
  }),
)

/**
 * Makes the function that begins the count for one operation. Types lead to fields and fields to types, so an answer can
 * grow far beyond the schema: it is counted, member by member. Beyond `most`, in all of an operation, nothing is counted.
 */
export function introspectionCosts(schema: GraphQLSchema, most: number): (fragments: Fragments) => IntrospectionCost {
  let usual: number | undefined
  return (fragments) => {
    usual ??= usualSteps(schema)
    const perStep = USUAL_COST / usual
    const stepsOf = counter(schema, fragments, most / perStep)
    return (field) => Math.ceil(stepsOf(field) * perStep)
  }
}

function usualSteps(schema: GraphQLSchema): number {
  const stepsOf = counter(schema, fragmentsOf(USUAL), Number.POSITIVE_INFINITY)
  const roots = USUAL.definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? each.selectionSet.selections : [],
  )
  return roots.reduce((steps, root) => steps + (root.kind === Kind.FIELD ? stepsOf(root) : 0), 0)
}

/** Every field and fragment is a step, for each object that it is asked of: so many does graphql-js take to answer. */
function counter(schema: GraphQLSchema, fragments: Fragments, most: number): (field: FieldNode) => number {
  // All that the resolvers of introspection read of it.
  const info = { schema } as GraphQLResolveInfo
  let steps = 0

  const walk = (set: SelectionSetNode, type: GraphQLObjectType, object: unknown): void => {
    for (const selection of set.selections) {
      steps += 1
      if (steps > most) return
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
        if (fragment) walk(fragment.selectionSet, type, object)
      } else if (selection.selectionSet) {
        const field = type.getFields()[selection.name.value]
        const below = field && getNamedType(field.type)
        const value = field?.resolve?.(object, { includeDeprecated: true }, undefined, info)
        if (isObjectType(below)) walkAll(selection.selectionSet, below, Array.isArray(value) ? value : [value])
      }
    }
  }
  const walkAll = (set: SelectionSetNode, type: GraphQLObjectType, objects: readonly unknown[]) => {
    for (const object of objects) if (object && steps <= most) walk(set, type, object)
  }

  return ({ name, selectionSet, arguments: given }) => {
    const before = steps
    steps += 1
    const isSchema = name.value === SchemaMetaFieldDef.name
    const type = getNamedType((isSchema ? SchemaMetaFieldDef : TypeMetaFieldDef).type)
    const typename = given?.[0]?.value
    if (selectionSet && isObjectType(type)) {
      if (isSchema) walk(selectionSet, type, schema)
      else if (typename?.kind === Kind.STRING) walkAll(selectionSet, type, [schema.getType(typename.value)])
      // In a variable it can be any, and the next request another: it counts as all.
      else walkAll(selectionSet, type, Object.values(schema.getTypeMap()))
    }
    return steps - before
  }
}
