import {
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { definitionsIn, type Thing, type World } from './world.ts'

/** The value of an object's field, computed with the whole world. Throws if the field fails. */
export function expectedValue(world: World, thing: Thing, field: string, args: Record<string, unknown>): unknown {
  let allArgs = args
  let by = ''
  for (const subgraph of world.setup.subgraphs.values()) {
    for (const { coordinate } of definitionsIn(subgraph, thing.type, field)) {
      const requires = subgraph.requires.get(coordinate)
      if (requires) by = derivedFrom(evaluate(world, requires, thing))
      for (const { argument, types, selection } of subgraph.contexts.get(coordinate) ?? []) {
        const holder = nearest(thing, types)
        const found = holder ? selectedValue(selection, evaluate(world, selection, holder)) : null
        allArgs = { ...allArgs, [argument]: found }
      }
    }
  }
  return world.value(thing, field, allArgs, by)
}

/** The value that a selection of one field ends in, also through objects and lists of them. */
function selectedValue(set: SelectionSetNode, found: unknown): unknown {
  if (Array.isArray(found)) return found.map((member) => selectedValue(set, member))
  if (found === null || typeof found !== 'object') return null
  const [name, value = null] = Object.entries(found)[0] ?? []
  const inner = collectSelected(set, '').find(({ node }) => node.name.value === name)?.node.selectionSet
  return inner ? selectedValue(inner, value) : value
}

/** The part of a value that shows what it was derived from. */
export const derivedFrom = (by: unknown) => ` by ${JSON.stringify(by)}`

/** A selection of an object as JSON, by field name and without `__typename`. */
export function evaluate(world: World, set: SelectionSetNode, thing: Thing): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const { fullSchema } = world.setup.supergraph
  for (const { node } of fieldsOf(set, thing.type, fullSchema)) {
    const args = argumentsOf(node, thing.type, fullSchema)
    result[node.name.value] = within(
      node,
      result[node.name.value],
      expectedValue(world, thing, node.name.value, args),
      (one) => evaluate(world, node.selectionSet ?? NOTHING, one as Thing), // a field with a selection returns Things
    )
  }
  return result
}

/**
 * The same for a representation that a router sent; missing fields are undefined. `__typename` is sent only where the
 * directive selects it. Without it, an abstract value counts as the type whose fields it has.
 */
export function project(set: SelectionSetNode, sent: Record<string, unknown>, type: string, schema: GraphQLSchema) {
  const result: Record<string, unknown> = {}
  const own = typeof sent.__typename === 'string' ? sent.__typename : type
  const isKnown = typeof sent.__typename === 'string' || !isAbstractType(schema.getType(type))
  for (const { node, on } of isKnown ? fieldsOf(set, own, schema) : collectSelected(set, own)) {
    if (!isKnown && sent[node.name.value] === undefined) continue
    const parent = schema.getType(on)
    const isThere = isObjectType(parent) || isInterfaceType(parent)
    const inner = isThere ? String(parent.getFields()[node.name.value]?.type).replace(/[[\]!]/g, '') : ''
    const name = node.name.value
    result[name] = within(
      node,
      result[name],
      sent[name],
      (one) => project(node.selectionSet ?? NOTHING, one as Record<string, unknown>, inner, schema), // JSON objects
    )
  }
  return result
}

const NOTHING: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

function within(node: FieldNode, before: unknown, value: unknown, inner: (value: unknown) => object): unknown {
  if (!node.selectionSet || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) {
    return value.map((one, index) => within(node, Array.isArray(before) ? before[index] : undefined, one, inner))
  }
  // Two fragments may select parts of the same field.
  return { ...(before as object | undefined), ...inner(value) }
}

/** A field and the type it is selected on. */
type SelectedField = { node: FieldNode; on: string }

/** All fields that are selected on an object of a type. */
const fieldsOf = (set: SelectionSetNode, type: string, schema: GraphQLSchema) =>
  collectSelected(set, type, (condition) => isOf(schema, type, condition)).map(({ node }) => ({ node, on: type }))

function collectSelected(set: SelectionSetNode, on: string, holds = (_condition: string) => true): SelectedField[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return node.name.value === '__typename' ? [] : [{ node, on }]
    if (node.kind === Kind.FRAGMENT_SPREAD) return []
    const condition = node.typeCondition?.name.value ?? on
    return holds(condition) ? collectSelected(node.selectionSet, condition, holds) : []
  })
}

export function isOf(schema: GraphQLSchema, name: string, condition: string): boolean {
  const [type, abstract] = [schema.getType(name), schema.getType(condition)]
  if (name === condition) return true
  return isAbstractType(abstract) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type)
}

function argumentsOf(node: FieldNode, type: string, schema: GraphQLSchema): Record<string, unknown> {
  const parent = schema.getType(type)
  const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined
  return field ? getArgumentValues(field, node) : {}
}

function nearest(thing: Thing, types: Set<string>): Thing | null {
  let holder = thing.up
  while (holder && !types.has(holder.type)) holder = holder.up
  return holder
}
