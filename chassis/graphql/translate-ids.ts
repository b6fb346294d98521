import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { type InputProblem, invalidInput } from '../failures.ts'
import { problemWithId, readGlobalId, writeIds } from '../global-ids.ts'
import { type IdTypes, isEntity, readIdTypes } from './id-types.ts'
import { badInput } from './list-arguments.ts'

type Field = GraphQLField<unknown, unknown, Record<string, unknown>>

/**
 * Has a schema answer with global ids, and take them, while its resolvers have UUIDs on both sides. An argument that is another
 * type's id is answered by the mutation's InvalidInput, or its NotFound if it has no such member; elsewhere it is a GraphQL error
 * (BAD_USER_INPUT). A text that is no id at all reaches the resolver as it is, and is the id of nothing.
 */
export function translateIds(schema: GraphQLSchema): void {
  const ids = readIdTypes(schema)
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue
    const own = ids.ofObject(type.name)
    for (const field of Object.values(type.getFields())) {
      readArguments(field, `${type.name}.${field.name}`, ids)
      const of = own.get(field.name)
      if (of !== undefined) writeId(field, of)
    }
    if (isEntity(type)) readReferences(type, own)
  }
}

function writeId(field: Field, of: string): void {
  const { resolve = defaultFieldResolver } = field
  field.resolve = (source, args, context, info) => {
    const value: unknown = resolve(source, args, context, info)
    return value instanceof Promise ? value.then((id) => writeIds(of, id)) : writeIds(of, value)
  }
}

function readArguments(field: Field, coordinate: string, ids: IdTypes): void {
  const mayHaveIds = field.args.filter(
    ({ name, type }) => ids.ofInput(`${coordinate}.${name}`) !== undefined || isInputObjectType(getNamedType(type)),
  )
  if (mayHaveIds.length === 0) return
  const { resolve = defaultFieldResolver } = field
  field.resolve = (source, given, context, info) => {
    const args = { ...given }
    const problems: InputProblem[] = []
    for (const { name, type } of mayHaveIds) {
      if (!(name in args)) continue
      // Problems of a mutation's input are at paths in its only argument.
      const at = { coordinate: `${coordinate}.${name}`, path: name === 'input' ? [] : [name], ids, problems }
      args[name] = readInput(args[name], type, at)
    }
    return problems.length ? refusal(field, problems) : resolve(source, args, context, info)
  }
}

/** Where a value stands that is read: as which argument or input field, and at which path. Problems are added. */
type Place = { coordinate: string; path: string[]; ids: IdTypes; problems: InputProblem[] }

/** An input value with UUIDs in the place of global ids. */
function readInput(value: unknown, declared: GraphQLInputType, place: Place): unknown {
  if (value === null || value === undefined) return value
  const type = getNullableType(declared)
  const { coordinate, path, ids, problems } = place
  if (isListType(type)) {
    const read = (each: unknown, index: number) =>
      readInput(each, type.ofType, { ...place, path: [...path, `${index}`] })
    return Array.isArray(value) ? value.map(read) : value
  }
  const of = ids.ofInput(coordinate)
  if (of !== undefined) return readId(value, of, path, problems)
  if (!isInputObjectType(type)) return value
  const object = { ...(value as Record<string, unknown>) } // an input object's value is an object
  for (const field of Object.values(type.getFields())) {
    const { name } = field
    const inside = { ids, problems, coordinate: `${type.name}.${name}`, path: [...path, name] }
    if (name in object) object[name] = readInput(object[name], field.type, inside)
  }
  return object
}

function readId(value: unknown, of: string, path: string[], problems: InputProblem[]): unknown {
  if (typeof value !== 'string') return value
  const message = problemWithId(value, of)
  if (message !== null) problems.push({ path, message, code: 'NOT_FOUND' })
  return readGlobalId(value)?.id ?? value
}

/** The answer to arguments with these problems. */
function refusal({ type }: Field, problems: InputProblem[]): unknown {
  const result = getNamedType(type)
  const members = isUnionType(result) ? result.getTypes().map(({ name }) => name) : []
  const failure = invalidInput(problems)
  if (members.includes('InvalidInput')) return failure
  if (members.includes('NotFound')) return { type: 'NotFound', message: failure.message }
  throw badInput(failure.message)
}

type Reference = Record<string, unknown>
type ResolveReference = (reference: Reference, context: unknown, info: unknown) => unknown

/** Where @apollo/subgraph keeps the resolver of an entity's references. */
type EntityExtensions = { apollo?: { subgraph?: { resolveReference?: ResolveReference } } }

/** The router's references carry global ids. One that is none of this type is a reference to nothing. */
function readReferences(type: GraphQLObjectType, ids: ReadonlyMap<string, string>): void {
  const extensions = type.extensions as EntityExtensions
  const resolveReference = extensions.apollo?.subgraph?.resolveReference ?? ((reference: Reference) => reference)
  const translated: ResolveReference = (given, context, info) => {
    const reference = { ...given }
    for (const [name, of] of ids) {
      if (!(name in reference)) continue
      const id = reference[name] // A live message may have anything there.
      const read = typeof id === 'string' ? readGlobalId(id) : null
      if (read?.type !== of) return null
      reference[name] = read.id
    }
    return resolveReference(reference, context, info)
  }
  type.extensions = { ...extensions, apollo: { subgraph: { resolveReference: translated } } }
}
