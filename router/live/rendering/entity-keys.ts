import { Kind } from 'graphql'
import { isObject } from '../../executor/selection/json.ts'
import { parseOperation } from '../../executor/selection/normal-form.ts'
import type { Field, SelectionSet } from '../../operation.ts'
import type { Supergraph } from '../../supergraph/load.ts'

/** The keys by which one subgraph can resolve entities, by type. The first key whose fields are present is used. */
export type EntityKeys = Map<string, Field[][]>

/** The resolvable keys of a subgraph's entities. */
export function entityKeys({ federation }: Supergraph, service: string): EntityKeys {
  const types = federation.subgraphs().get(service)?.schema.objectTypes() ?? []
  const keys = types.map((type) => {
    const applied = type.appliedDirectivesOf<{ fields: string; resolvable?: boolean }>('key')
    const resolvable = applied.map((key) => key.arguments()).filter((key) => key.resolvable !== false)
    return [type.name, resolvable.map((key) => fieldsIn(parseOperation(`{ ${key.fields} }`).selectionSet))] as const
  })
  return new Map(keys.filter(([, fields]) => fields.length > 0))
}

const fieldsIn = ({ selections }: SelectionSet): Field[] => selections.filter((each) => each.kind === Kind.FIELD)

/** The entity's representation; null if the object is no entity or has all fields of none of its keys. */
export function representationOf(
  object: Record<string, unknown>,
  typename: string,
  keys: EntityKeys,
): Record<string, unknown> | null {
  for (const key of keys.get(typename) ?? []) {
    const picked = pick(object, key)
    if (picked) return { __typename: typename, ...picked }
  }
  return null
}

function pick(object: Record<string, unknown>, fields: Field[]): Record<string, unknown> | null {
  const picked: Record<string, unknown> = {}
  for (const { name, selectionSet } of fields) {
    const value = object[name.value]
    const ofObject = (set: SelectionSet) => (isObject(value) ? pick(value, fieldsIn(set)) : null)
    const part = selectionSet ? ofObject(selectionSet) : value
    if (part === null || part === undefined) return null
    picked[name.value] = part
  }
  return picked
}
