import {
  type DirectiveNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  Kind,
} from 'graphql'

/** Whose id a value of the type ID is, by `@id` (common.graphql). */
export type IdTypes = {
  /** By the field's name, the types of the ids in an object of this type. */
  ofObject(type: string): ReadonlyMap<string, string>
  /** The type of an argument's or input field's id, by `Field.argument` or `Input.field`; undefined if it is nobody's. */
  ofInput(coordinate: string): string | undefined
}

/** The client chooses it (`idempotencyKey` and the like). It is the id of no entity. */
const isClientsKey = (name: string) => name.endsWith('Key')

/**
 * Reads whose ids a schema's fields, arguments and input fields carry: `@id(of: "Type")` says it; the `id` of a type with `@key`
 * is its own. `@id` alone says that it is no entity's, and stays as it is. Throws for an ID of which nothing is said, so that none leaves
 * the context untranslated.
 */
export function readIdTypes(schema: GraphQLSchema): IdTypes {
  const objects = new Map<string, Map<string, string>>()
  const inputs = new Map<string, string>()
  const readInput = (coordinate: string, name: string, input: Declared<GraphQLInputType>) => {
    if (!isId(input.type) || isClientsKey(name)) return
    const type = declaredType(input) ?? unknown(coordinate)
    if (type !== NO_ENTITY) inputs.set(coordinate, type)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) readInput(`${type.name}.${field.name}`, field.name, field)
    }
    if (!isObjectType(type)) continue
    const ids = new Map<string, string>()
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      if (isId(field.type)) {
        const owner = declaredType(field) ?? ownType(type, field) ?? unknown(coordinate)
        if (owner !== NO_ENTITY) ids.set(field.name, owner)
      }
      for (const argument of field.args) readInput(`${coordinate}.${argument.name}`, argument.name, argument)
    }
    objects.set(type.name, ids)
  }
  return {
    ofObject: (type) => objects.get(type) ?? NONE,
    ofInput: (coordinate) => inputs.get(coordinate),
  }
}

type Declared<Type> = { type: Type; astNode?: { readonly directives?: readonly DirectiveNode[] } | null | undefined }

const NONE: ReadonlyMap<string, string> = new Map()

const isId = (type: GraphQLInputType | GraphQLOutputType) => getNamedType(type).name === 'ID'

/** What `@id` alone declares. */
const NO_ENTITY = Symbol('no entity')

function declaredType({ astNode }: Declared<unknown>): string | typeof NO_ENTITY | undefined {
  const directive = astNode?.directives?.find(({ name }) => name.value === 'id')
  if (!directive) return undefined
  const value = directive.arguments?.find(({ name }) => name.value === 'of')?.value
  return value?.kind === Kind.STRING ? value.value : NO_ENTITY
}

const ownType = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) =>
  field.name === 'id' && isEntity(type) ? type.name : undefined

/** Whether the type has a key, by which other contexts refer to its objects. */
export const isEntity = ({ astNode, extensionASTNodes }: GraphQLObjectType): boolean =>
  [astNode, ...extensionASTNodes].some((node) => node?.directives?.some(({ name }) => name.value === 'key'))

function unknown(coordinate: string): never {
  throw new Error(`Whose id ${coordinate} is must be said: @id(of: "Type").`)
}
