import {
  defaultFieldResolver,
  type GraphQLArgument,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
} from 'graphql'

/**
 * The entities that one `_entities` field resolves. In the router each of them costs at least 2 (the reference and a field of
 * it), so this is what an operation of its default MAX_COST, 25,000, comes to.
 */
export const MAX_REPRESENTATIONS = 12_500

type Field = GraphQLField<unknown, unknown, Record<string, unknown>>

/**
 * Bounds every list argument of a schema, whatever its resolver does. A list of enum values has at most as many as the enum,
 * and reaches the resolver as a set; one with more gets a GraphQL error (BAD_USER_INPUT) that names the argument. Throws for a
 * list argument that has no bound here.
 */
export function limitListArguments(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const lists = field.args.filter((argument) => isListType(getNullableType(argument.type)))
      if (lists.length) limit(field, lists, type.name)
    }
  }
}

function limit(field: Field, lists: readonly GraphQLArgument[], typeName: string): void {
  const limits = lists.map((argument) => {
    const named = getNamedType(argument.type)
    if (isEnumType(named)) return { name: argument.name, most: named.getValues().length, isSet: true }
    if (field.name === '_entities') return { name: argument.name, most: MAX_REPRESENTATIONS, isSet: false }
    throw new Error(`The list argument ${typeName}.${field.name}(${argument.name}) has no maximum.`)
  })
  const { resolve = defaultFieldResolver } = field
  field.resolve = (source, given, context, info) => {
    const bounded = { ...given }
    for (const { name, most, isSet } of limits) {
      const values = given[name]
      if (!Array.isArray(values)) continue // Absent, or null.
      if (values.length > most) throw badInput(`${name}: at most ${most} values.`)
      if (isSet) bounded[name] = [...new Set(values)]
    }
    return resolve(source, bounded, context, info)
  }
}

/** The error of an argument that its type allows, but its field does not; `message` names the argument. */
export const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
