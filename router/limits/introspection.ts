import {
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  parse,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql'
import { fragmentsOf, normalForm } from '../executor/selection/normal-form.ts'
import type { Field, SelectionSet } from '../operation.ts'

/** The cost of one `__schema` or `__type` field. */
export type IntrospectionCost = (field: Field) => number

/** The cost of the standard introspection query, whatever the schema's size. Others cost in proportion to their results. */
const STANDARD_COST = 10_000
const STANDARD_QUERY = parse(
  getIntrospectionQuery({
    ...{ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true },
    ...{ schemaDescription: true, inputValueDeprecation: true, oneOf: true },
  }),
)

/**
 * Creates a function that starts the count for one operation. Types lead to fields and fields to types, so a result can
 * be far larger than the schema; therefore its members are counted. Counting stops beyond `maxCost` of one operation.
 */
export function introspectionCosts(schema: GraphQLSchema, maxCost: number): () => IntrospectionCost {
  let standard: number | undefined
  return () => {
    standard ??= standardSteps(schema)
    const perStep = STANDARD_COST / standard
    const stepsOf = counter(schema, maxCost / perStep)
    return (field) => Math.ceil(stepsOf(field) * perStep)
  }
}

function standardSteps(schema: GraphQLSchema): number {
  const stepsOf = counter(schema, Number.POSITIVE_INFINITY)
  const operation = getOperationAST(STANDARD_QUERY)
  const roots = operation ? normalForm(schema, operation, fragmentsOf(STANDARD_QUERY)).selectionSet.selections : []
  return roots.reduce((steps, root) => steps + (root.kind === Kind.FIELD ? stepsOf(root) : 0), 0)
}

/** Counts a step for every field and fragment on every object, as graphql-js would execute them. */
function counter(schema: GraphQLSchema, maxSteps: number): IntrospectionCost {
  // The resolvers of introspection read only the schema.
  const info = { schema } as GraphQLResolveInfo
  let steps = 0

  const walk = (set: SelectionSet, type: GraphQLObjectType, object: unknown): void => {
    for (const selection of set.selections) {
      steps += 1
      if (steps > maxSteps) return
      if (selection.kind !== Kind.FIELD) {
        walk(selection.selectionSet, type, object)
      } else if (selection.selectionSet) {
        const field = type.getFields()[selection.name.value]
        const below = field && getNamedType(field.type)
        const value = field?.resolve?.(object, { includeDeprecated: true }, undefined, info)
        if (isObjectType(below)) walkAll(selection.selectionSet, below, Array.isArray(value) ? value : [value])
      }
    }
  }
  const walkAll = (set: SelectionSet, type: GraphQLObjectType, objects: readonly unknown[]) => {
    for (const object of objects) if (object && steps <= maxSteps) walk(set, type, object)
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
      // The name is in a variable and can differ in each request, so all types are counted.
      else walkAll(selectionSet, type, Object.values(schema.getTypeMap()))
    }
    return steps - before
  }
}
