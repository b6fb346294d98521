import { baseType, isCompositeType, isUnionType, type Supergraph } from '@apollo/federation-internals'

/** The name of the type that a field's objects have in a subgraph; undefined: it has no such field, or not of objects. */
export type LocalType = (parent: string, field: string) => string | undefined

/** The types of each subgraph's own schema, where a shared field may be of one type that elsewhere is of several. */
export function localTypesIn(federation: Supergraph): (service: string) => LocalType {
  return (service) => {
    const schema = federation.subgraphs().get(service)?.schema
    return (parent, field) => {
      const type = schema?.type(parent)
      const given = type && isCompositeType(type) && !isUnionType(type) ? type.field(field)?.type : undefined
      const base = given && baseType(given)
      return base && isCompositeType(base) ? base.name : undefined
    }
  }
}

export const noLocalTypes: LocalType = () => undefined
