import {
  baseType,
  isCompositeType,
  isUnionType as isFederationUnionType,
  type Supergraph,
} from '@apollo/federation-internals'
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
  type SelectionSetNode,
} from 'graphql'
import type { Fragments } from '../selection/collect-fields.ts'
import { define, isObject, isOdd, type Json, own } from '../selection/json.ts'

/**
 * One field of a fetch's answer: `key` in the answer, `name` in the tree (the planner gives two fields that must not be
 * merged different keys, and renames them afterwards), how deep in lists, and the fields of its objects (null: a leaf).
 */
export type Fetched = {
  key: string
  name: string
  depth: number
  fields: Fetched[] | null
  /** Those of `fields` that have to be looked at in every answer. */
  checked: Fetched[]
  /** The supergraph's name of a root type met inside, which subgraphs may call otherwise. */
  root: string | undefined
  /** The type of its objects where the subgraph has no other, the supergraph has, and so nobody asked. */
  sure: string | undefined
  /** The type conditions it stands under, any of them; null: none. */
  on: string[][] | null
  odd: boolean
}

/** The depth of what the supergraph has no type for, and so is not looked at. */
const UNKNOWN = -1

/** What a right answer to a fetch looks like. */
export function shapeOf(
  root: SelectionSetNode,
  type: string | undefined,
  fragments: Fragments,
  schema: GraphQLSchema,
  localType: LocalType = noLocalTypes,
) {
  const roots = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name])

  const collect = (set: SelectionSetNode, parent: string | undefined, on: string[], fields: Fetched[]) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const fieldType = typeOf(schema, parent, selection.name.value)
        const given = fieldType && getNamedType(fieldType).name
        const named = (parent && localType(parent, selection.name.value)) ?? given
        let field = fields.find((known) => known.key === key)
        if (!field) {
          // `_entities` is in no supergraph: a list, whose members' types its fragments tell.
          const depth = fieldType ? listDepth(fieldType) : selection.name.value === '_entities' ? 1 : UNKNOWN
          const inside = named !== undefined && roots.has(named) ? named : undefined
          const sure = named !== given && isObjectType(schema.getType(named ?? '')) ? named : undefined
          field = { key, name: key, depth, fields: null, checked: [], root: inside, sure, on: [], odd: isOdd(key) }
          fields.push(field)
        }
        field.on = on.length ? (field.on?.concat([on]) ?? null) : null
        if (!selection.selectionSet) continue
        field.fields ??= []
        collect(selection.selectionSet, named, [], field.fields)
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
        if (!fragment) continue
        const condition = fragment.typeCondition?.name.value
        const known = condition !== undefined && schema.getType(condition)
        collect(fragment.selectionSet, known ? condition : parent, known ? [...on, condition] : on, fields)
      }
    }
    return fields
  }
  return collect(root, type, [], [])
}

/** Chooses what `force` has to look at; to be called once the shape and its renames are complete. */
export function finishShape(fields: Fetched[]): Fetched[] {
  for (const field of fields) if (field.fields) field.checked = finishShape(field.fields)
  return fields.filter(({ fields, depth, key, name }) => fields || depth > 0 || key !== name)
}

/**
 * Nulls whatever in the answer has not its shape and gives every field its name in the tree (both in place); returns the
 * paths of what was nulled.
 */
export function force(data: Json, checked: Fetched[]): (string | number)[][] | null {
  let wrong: (string | number)[][] | null = null
  const path: (string | number)[] = []

  const fits = (value: unknown, depth: number, field: Fetched): boolean => {
    if (value === null || value === undefined || depth === UNKNOWN) return true
    if (depth > 0) {
      if (!Array.isArray(value)) return false
      for (let index = 0; index < value.length; index++) {
        path.push(index)
        if (!fits(value[index], depth - 1, field)) value[index] = lost()
        path.pop()
      }
      return true
    }
    if (!field.fields) return true
    if (!isObject(value) || !('__typename' in value ? isTypename(value.__typename) : true)) return false
    if (field.root !== undefined && value.__typename) value.__typename = field.root
    if (field.sure !== undefined) value.__typename ??= field.sure
    visit(value, field.checked)
    return true
  }
  const lost = () => {
    wrong ??= []
    wrong.push([...path])
    return null
  }
  const visit = (object: Json, fields: Fetched[]) => {
    for (const field of fields) {
      let value = field.odd ? own(object, field.key) : object[field.key]
      if (value === undefined) continue
      path.push(field.key)
      if (!fits(value, field.depth, field)) {
        value = lost()
        define(object, field.key, null)
      }
      path.pop()
      if (field.name === field.key) continue
      define(object, field.name, value)
      delete object[field.key]
    }
  }
  visit(data, checked)
  return wrong
}

const isTypename = (value: unknown) => value === undefined || typeof value === 'string'

/** Whether an object of the type `typename` was asked for the field; of an unknown type, everything. */
export function isAsked({ on }: Fetched, typename: string | undefined, schema: GraphQLSchema): boolean {
  return on === null || typename === undefined || on.some((all) => all.every((one) => isOfType(schema, typename, one)))
}

/** Whether the type called `name` is the type called `condition`, or one of its members. */
export function isOfType(schema: GraphQLSchema, name: string, condition: string): boolean {
  if (name === condition) return true
  const type = schema.getType(name)
  const wanted = schema.getType(condition)
  return isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
}

function typeOf(schema: GraphQLSchema, parent: string | undefined, field: string): GraphQLType | undefined {
  const type = parent === undefined ? undefined : schema.getType(parent)
  if (!type || isUnionType(type)) return undefined
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
}

function listDepth(type: GraphQLType): number {
  const nullable = getNullableType(type)
  return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0
}

/** The name of the type that a field's objects have in a subgraph; undefined: it has no such field, or not of objects. */
export type LocalType = (parent: string, field: string) => string | undefined

/** The types of each subgraph's own schema, where a shared field may be of one type that elsewhere is of several. */
export function localTypesIn(federation: Supergraph): (service: string) => LocalType {
  return (service) => {
    const schema = federation.subgraphs().get(service)?.schema
    return (parent, field) => {
      const type = schema?.type(parent)
      const given = type && isCompositeType(type) && !isFederationUnionType(type) ? type.field(field)?.type : undefined
      const base = given && baseType(given)
      return base && isCompositeType(base) ? base.name : undefined
    }
  }
}

export const noLocalTypes: LocalType = () => undefined
