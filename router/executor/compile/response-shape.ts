import type { Schema } from '@apollo/federation-internals'
import {
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql'
import type { SelectionSet } from '../../operation.ts'
import { fieldIn, typeOfObjects } from '../../supergraph/fields.ts'
import { isObject, isPrototypeName, type Json, ownValue, setOwnValue } from '../selection/json.ts'
import { responseNameOf } from '../selection/normal-form.ts'

/**
 * One field of a subgraph's response: `responseName` there, `name` in the tree (fields that must not be merged have
 * aliases), list depth, and the fields of its objects (null: a leaf).
 */
export type FetchedField = {
  responseName: string
  name: string
  depth: number
  fields: FetchedField[] | null
  /** Those of `fields` that need a check in every response. */
  fieldsToCheck: FetchedField[]
  /** The supergraph's name of the root type if its objects are of one; subgraphs may use another name. */
  rootType: string | undefined
  /**
   * The type of its objects where the subgraph has one type and the supergraph several, so that `__typename` was not
   * selected.
   */
  knownType: string | undefined
  /** The type conditions it is selected under, any of which suffices; null: none. */
  typeConditions: string[][] | null
  isPrototypeName: boolean
}

/** The names in the tree of response names in a subgraph's operation that differ from them. */
export type TreeNames = ReadonlyMap<string, string>

/** The depth of a field that the supergraph does not know; its value is not checked. */
const UNKNOWN_DEPTH = -1

/** The fields of a valid response to a fetch. */
export function fetchedFieldsOf(
  selectionSet: SelectionSet,
  type: string | undefined,
  schema: GraphQLSchema,
  subgraph?: Schema,
  treeNames: TreeNames = new Map(),
) {
  const roots = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name])

  const collect = (set: SelectionSet, parent: string | undefined, typeConditions: string[], fields: FetchedField[]) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const responseName = responseNameOf(selection)
        const fieldType = fieldTypeOf(schema, parent, selection.name.value)
        const supergraphType = fieldType && getNamedType(fieldType).name
        // A shared field may have an object type in one subgraph and an abstract one in others.
        const localType = parent && typeOfObjects(fieldIn(subgraph, parent, selection.name.value))?.name
        const typeName = localType ?? supergraphType
        let field = fields.find((known) => known.responseName === responseName)
        if (!field) {
          // `_entities` is not in the supergraph. It is a list; the fragments in it give the types of its members.
          const depth = fieldType ? listDepth(fieldType) : selection.name.value === '_entities' ? 1 : UNKNOWN_DEPTH
          const rootTypeName = typeName !== undefined && roots.has(typeName) ? typeName : undefined
          const knownType =
            typeName !== supergraphType && isObjectType(schema.getType(typeName ?? '')) ? typeName : undefined
          const name = treeNames.get(responseName) ?? responseName
          field = {
            responseName,
            name,
            depth,
            fields: null,
            fieldsToCheck: [],
            rootType: rootTypeName,
            knownType,
            typeConditions: [],
            isPrototypeName: isPrototypeName(name),
          }
          fields.push(field)
        }
        field.typeConditions = typeConditions.length ? (field.typeConditions?.concat([typeConditions]) ?? null) : null
        if (!selection.selectionSet) continue
        field.fields ??= []
        collect(selection.selectionSet, typeName, [], field.fields)
      } else {
        const condition = selection.typeCondition?.name.value
        const known = condition !== undefined && schema.getType(condition)
        collect(
          selection.selectionSet,
          known ? condition : parent,
          known ? [...typeConditions, condition] : typeConditions,
          fields,
        )
      }
    }
    return fields
  }
  return collect(selectionSet, type, [], [])
}

/** Chooses what `enforceShape` has to check. Call it when the fields are complete. */
export function selectFieldsToCheck(fields: FetchedField[]): FetchedField[] {
  for (const field of fields) if (field.fields) field.fieldsToCheck = selectFieldsToCheck(field.fields)
  return fields.filter(({ fields, depth, responseName, name }) => fields || depth > 0 || responseName !== name)
}

/**
 * Sets values of the wrong shape to null and renames every field to its name in the tree, both in place. Returns the
 * paths of the values set to null, or null if there are none.
 */
export function enforceShape(data: Json, fieldsToCheck: FetchedField[]): (string | number)[][] | null {
  let invalidPaths: (string | number)[][] | null = null
  const path: (string | number)[] = []

  const fits = (value: unknown, depth: number, field: FetchedField): boolean => {
    if (value === null || value === undefined || depth === UNKNOWN_DEPTH) return true
    if (depth > 0) {
      if (!Array.isArray(value)) return false
      for (let index = 0; index < value.length; index++) {
        path.push(index)
        if (!fits(value[index], depth - 1, field)) value[index] = reject()
        path.pop()
      }
      return true
    }
    if (!field.fields) return true
    if (!isObject(value) || !('__typename' in value ? isTypename(value.__typename) : true)) return false
    if (field.rootType !== undefined && value.__typename) value.__typename = field.rootType
    if (field.knownType !== undefined) value.__typename ??= field.knownType
    visit(value, field.fieldsToCheck)
    return true
  }
  const reject = () => {
    invalidPaths ??= []
    invalidPaths.push([...path])
    return null
  }
  const visit = (object: Json, fields: FetchedField[]) => {
    for (const field of fields) {
      let value = field.isPrototypeName ? ownValue(object, field.responseName) : object[field.responseName]
      if (value === undefined) continue
      path.push(field.responseName)
      if (!fits(value, field.depth, field)) {
        value = reject()
        setOwnValue(object, field.responseName, null)
      }
      path.pop()
      if (field.name === field.responseName) continue
      setOwnValue(object, field.name, value)
      delete object[field.responseName]
    }
  }
  visit(data, fieldsToCheck)
  return invalidPaths
}

const isTypename = (value: unknown) => value === undefined || typeof value === 'string'

/** Whether the field was selected on objects of this type; true if the type is unknown. */
export function isSelectedOn(
  { typeConditions }: FetchedField,
  typename: string | undefined,
  schema: GraphQLSchema,
): boolean {
  return (
    typeConditions === null ||
    typename === undefined ||
    typeConditions.some((all) => all.every((one) => isOfType(schema, typename, one)))
  )
}

/** Whether the type called `name` is `condition` or one of its subtypes. */
export function isOfType(schema: GraphQLSchema, name: string, condition: string): boolean {
  if (name === condition) return true
  const type = schema.getType(name)
  const conditionType = schema.getType(condition)
  return (
    isAbstractType(conditionType) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(conditionType, type)
  )
}

function fieldTypeOf(schema: GraphQLSchema, parent: string | undefined, field: string): GraphQLType | undefined {
  const type = parent === undefined ? undefined : schema.getType(parent)
  if (!type || isUnionType(type)) return undefined
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
}

function listDepth(type: GraphQLType): number {
  const nullable = getNullableType(type)
  return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0
}
