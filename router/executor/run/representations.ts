import {
  type CompiledRepresentation,
  type RequiredSelection,
  representedAs,
  selectionsOn,
  type WrittenField,
} from '../compile/required-selections.ts'
import { isOfType } from '../compile/response-shape.ts'
import { isObject, type Json, ownValue } from '../selection/json.ts'

/**
 * The entity's representation as JSON; null if its type is not one of those fetched, or a required field is missing.
 */
export function represent(entity: Json, representation: CompiledRepresentation): string | null {
  const { __typename: typename } = entity
  if (typeof typename !== 'string') return null
  const type = representation.byType.get(typename) ?? compileType(typename, representation)
  const fields = type && writeFields(entity, type.fields, representation)
  return type && fields !== null ? `${type.prefix}${fields}}` : null
}

function compileType(typename: string, representation: CompiledRepresentation) {
  const key = representation.keys.get(typename)
  if (!key) return null
  const fields = fieldsOn(typename, selectionsOn(typename, representation), representation)
    .filter(({ name }) => name !== '__typename')
    .map((field) => ({ ...field, isRequired: field.isRequired || key.includes(field.name) }))
  const prefix = `{"__typename":${JSON.stringify(representedAs(typename, representation))}`
  const type = { prefix, fields }
  representation.byType.set(typename, type)
  return type
}

/** What these selections have on a type (undefined: not known): each field once. Those of a fragment may be missing. */
function fieldsOn(
  typename: string | undefined,
  selections: readonly RequiredSelection[],
  { schema }: CompiledRepresentation,
): WrittenField[] {
  const fields = new Map<string, WrittenField>()
  const collect = (nodes: readonly RequiredSelection[], isInFragment: boolean) => {
    for (const node of nodes) {
      if (node.kind === 'fragment') {
        if (typename !== undefined && isOfType(schema, typename, node.on)) collect(node.selections, true)
        continue
      }
      const { name, as, selections } = node
      const before = fields.get(as)
      fields.set(as, {
        name,
        json: `,${JSON.stringify(as)}:`,
        selections: selections && [...(before?.selections ?? []), ...selections],
        isRequired: before?.isRequired || (node.isRequired && !isInFragment),
        byType: new Map(),
      })
    }
  }
  collect(selections, false)
  return [...fields.values()]
}

/** An object's fields as JSON, each after a comma; null if a required one is missing. */
function writeFields(
  object: Json,
  fields: readonly WrittenField[],
  representation: CompiledRepresentation,
): string | null {
  let json = ''
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as WrittenField // index < length
    const value = ownValue(object, field.name)
    const text = writeValue(value, field, representation)
    if (text !== null) json += field.json + text
    else if (field.isRequired) return null
  }
  return json
}

/** null if a part is missing: a subgraph would take null for the true value. */
function writeValue(value: unknown, field: WrittenField, representation: CompiledRepresentation): string | null {
  if (value === undefined) return null
  const { selections, byType } = field
  if (!selections || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    const members: string[] = []
    for (const member of value) {
      const text = writeValue(member, field, representation)
      if (text === null) return null
      members.push(text)
    }
    return `[${members.join()}]`
  }
  if (!isObject(value)) return 'null'
  const typename = typeof value.__typename === 'string' ? value.__typename : undefined
  const known = byType.get(typename)
  const fields = known ?? fieldsOn(typename, selections, representation)
  if (!known && (typename === undefined || representation.schema.getType(typename))) byType.set(typename, fields)
  const text = writeFields(value, fields, representation)
  return text === null ? null : `{${text.slice(1)}}`
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
