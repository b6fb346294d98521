import {
  baseType,
  type CompositeType,
  type FieldDefinition,
  isCompositeType,
  isUnionType,
  type Schema,
} from '@apollo/federation-internals'

/** A field in a subgraph's schema or the supergraph's; undefined if the type has no such field, or is none with fields. */
export function fieldIn(
  schema: Schema | undefined,
  type: string,
  field: string,
): FieldDefinition<CompositeType> | undefined {
  const parent = schema?.type(type)
  return parent && isCompositeType(parent) && !isUnionType(parent) ? parent.field(field) : undefined
}

/** The type of a field's objects; undefined for leaves. */
export function typeOfObjects(field: FieldDefinition<CompositeType> | undefined): CompositeType | undefined {
  const base = field?.type && baseType(field.type)
  return base && isCompositeType(base) ? base : undefined
}
