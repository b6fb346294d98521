import type { GraphQLSchema } from 'graphql'
import type { CompiledRepresentation, FastPath, RequiredSelection } from '../compile/required-selections.ts'
import { isOfType } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue, setOwnValue } from '../selection/json.ts'
import { rewrite } from './rewrites.ts'

/**
 * The entity's representation as JSON; null if its type is not one of those fetched, or a required field is missing.
 */
export function represent(entity: Json, representation: CompiledRepresentation): string | null {
  const typename = entity.__typename
  if (typeof typename !== 'string') return null
  let fastPath = representation.fastPaths.get(typename)
  if (fastPath === undefined) {
    fastPath = compileFastPath(typename, representation)
    if (representation.schema.getType(typename)) representation.fastPaths.set(typename, fastPath)
  }
  if (!fastPath) return representInGeneral(entity, representation)
  let json = fastPath.prefix
  const { leaves } = fastPath
  for (let index = 0; index < leaves.length; index++) {
    const leaf = leaves[index] as FastPath['leaves'][number] // index < length
    const value = ownValue(entity, leaf.name)
    if (value === undefined) {
      if (leaf.isRequired) return null
      continue
    }
    json += leaf.json + JSON.stringify(value)
  }
  return json === fastPath.prefix && !fastPath.isTypenameKey ? null : `${json}}`
}

/** A type has a fast path if exactly one fragment applies to it, with leaves only. */
function compileFastPath(
  typename: string,
  { schema, requires, rewrites, typenameKeys }: CompiledRepresentation,
): FastPath | null {
  const matching = requires.filter((node) => node.kind === 'field' || isOfType(schema, typename, node.on))
  const [only, ...more] = matching
  if (only?.kind !== 'fragment' || more.length) return null
  const leaves = new Map<string, FastPath['leaves'][number]>()
  for (const node of only.selections) {
    if (node.kind !== 'field' || node.selections) return null
    const { name, as, isRequired } = node
    leaves.set(name, { name, json: `,${JSON.stringify(as)}:`, isRequired })
  }
  if (!leaves.delete('__typename')) return null
  const sample: Json = { __typename: typename }
  for (const each of rewrites) {
    if (each.kind !== 'ValueSetter' || each.path.at(-1) !== '__typename') return null
    if (each.path.slice(0, -1).some((element) => !element.startsWith('... on '))) return null
    rewrite(schema, each, sample)
  }
  const prefix = `{"__typename":${JSON.stringify(sample.__typename)}`
  return { prefix, isTypenameKey: typenameKeys.has(only.on), leaves: [...leaves.values()] }
}

function representInGeneral(
  entity: Json,
  { schema, requires, rewrites, typenameKeys }: CompiledRepresentation,
): string | null {
  // All fields are fetched of the entity, so each fragment for its type must be complete.
  const { __typename: typename } = entity
  const parts = requires.map((node) =>
    node.kind === 'fragment' && !isOfType(schema, String(typename), node.on)
      ? {}
      : pick(entity, node.kind === 'fragment' ? node.selections : [node], schema),
  )
  const representation: Json = {}
  for (const part of parts) {
    if (!part) return null
    mergeObject(representation, part)
  }
  if (!representation.__typename) return null
  const isTypenameKey = typenameKeys.has(String(typename))
  if (Object.keys(representation).length < 2 && !isTypenameKey) return null
  for (const each of rewrites) rewrite(schema, each, representation)
  return JSON.stringify(representation)
}

/**
 * The selected parts of an object; null if a required field is missing. Inner fragments are independent of each other.
 */
function pick(source: Json, selections: RequiredSelection[], schema: GraphQLSchema): Json | null {
  const result: Json = {}
  for (const node of selections) {
    if (node.kind === 'fragment') {
      const { __typename: typename } = source
      if (typeof typename !== 'string' || !isOfType(schema, typename, node.on)) continue
      const part = pick(source, node.selections, schema)
      if (part) mergeObject(result, part)
      continue
    }
    const value = pickValue(ownValue(source, node.name), node.selections, schema)
    if (value !== undefined) mergeValueInto(result, node.as, value)
    else if (node.isRequired) return null
  }
  return result
}

function pickValue(value: unknown, selections: RequiredSelection[] | null, schema: GraphQLSchema): unknown {
  if (!selections || value === null || value === undefined) return value
  if (!Array.isArray(value)) return isObject(value) ? (pick(value, selections, schema) ?? undefined) : null
  const list: unknown[] = []
  for (const member of value) {
    const selected = pickValue(member, selections, schema)
    // A subgraph would take null for the true value.
    if (selected === undefined) return undefined
    list.push(selected)
  }
  return list
}

function mergeObject(target: Json, source: Json) {
  for (const [name, value] of Object.entries(source)) mergeValueInto(target, name, value)
}

function mergeValueInto(target: Json, name: string, value: unknown) {
  const known = ownValue(target, name)
  if (isObject(known) && isObject(value)) mergeObject(known, value)
  else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
    for (const [index, member] of value.entries()) {
      if (isObject(known[index]) && isObject(member)) mergeObject(known[index], member)
    }
  } else setOwnValue(target, name, value)
}

/**
 * The entities of one request: the distinct representations as JSON, in order, and the objects that each stands for.
 * `incomplete` are objects of other types, or without a required field.
 */
export type Batch = { representations: string; targets: Json[][]; incomplete: Json[] }

/** Gives each distinct entity one representation. */
export function createBatch(objects: readonly Json[], representation: CompiledRepresentation): Batch {
  const targets: Json[][] = []
  const incomplete: Json[] = []
  const known = new Map<string, Json[]>()
  let representations = ''
  for (let index = 0; index < objects.length; index++) {
    const object = objects[index] as Json // index < length
    const json = represent(object, representation)
    if (json === null) {
      incomplete.push(object)
      continue
    }
    const same = known.get(json)
    if (same) {
      same.push(object)
      continue
    }
    const alone = [object]
    known.set(json, alone)
    targets.push(alone)
    representations += representations === '' ? json : `,${json}`
  }
  return { representations, targets, incomplete }
}
