import {
  type CompositeType,
  type Subgraph as FederationSubgraph,
  Supergraph as FederationSupergraph,
  isInterfaceType as isFederationInterface,
  isObjectType as isFederationObject,
  type ObjectType,
} from '@apollo/federation-internals'
import { type GraphQLSchema, isAbstractType, Kind, parse, type SelectionSetNode } from 'graphql'
import { readLiteralsExactly } from '../../router/supergraph/literals.ts'
import { loadSupergraph, type Supergraph } from '../../router/supergraph/load.ts'

/** An argument that comes from the nearest surrounding object of one of these types. */
export type FromContext = { argument: string; types: Set<string>; selection: SelectionSetNode }

/** What one subgraph knows, and what its directives say. Fields are named `Type.field`. */
export type Subgraph = {
  name: string
  schema: GraphQLSchema
  keys: Map<string, SelectionSetNode[]>
  /** Those of the keys that it finds entities by. */
  resolvableKeys: Map<string, SelectionSetNode[]>
  requires: Map<string, SelectionSetNode>
  contexts: Map<string, FromContext[]>
  external: Set<string>
  /** Interface objects, with the object types they stand for. */
  interfaceObjects: Map<string, string[]>
}

/**
 * A supergraph as the oracle reads it. `entities`: object types with a key. `singletons`: those of which there is one
 * object only, because `__typename` is a key. `keyFields`: fields used in keys.
 */
export type Setup = {
  supergraph: Supergraph
  subgraphs: Map<string, Subgraph>
  entities: Set<string>
  singletons: Set<string>
  keyFields: Set<string>
  /** Fields that others depend on (`@requires`, `@fromContext`). If they failed, the others would fail too. */
  requiredFields: Set<string>
}

export function readSetup(sdl: string): Setup {
  const federation = FederationSupergraph.build(sdl, { supportedFeatures: null })
  const found = [...federation.subgraphs()]
  const urls = new Map(found.map(({ name }) => [name, `http://subgraphs.test/${encodeURIComponent(name)}`]))
  const supergraph = withoutAuthorization(loadSupergraph(sdl, urls))
  const subgraphs = new Map(found.map((subgraph) => [subgraph.name, readSubgraph(subgraph, supergraph.fullSchema)]))
  const keys = [...subgraphs.values()].flatMap((subgraph) => [...subgraph.keys])
  const entities = new Set(keys.flatMap(([type]) => concrete(supergraph.fullSchema, type)))
  const singletons = new Set(
    keys.flatMap(([type, sets]) =>
      sets.some((set) => fieldsIn(set, type, supergraph.fullSchema).every((field) => field.endsWith('.__typename')))
        ? concrete(supergraph.fullSchema, type)
        : [],
    ),
  )
  const keyFields = new Set(
    keys.flatMap(([type, sets]) => sets.flatMap((set) => fieldsIn(set, type, supergraph.fullSchema))),
  )
  const requiredFields = new Set(
    [...subgraphs.values()].flatMap(({ requires, contexts }) => [
      ...[...requires].flatMap(([field, set]) => fieldsIn(set, field.split('.')[0] ?? '', supergraph.fullSchema)),
      ...[...contexts.values()]
        .flat()
        .flatMap(({ types, selection }) =>
          [...types].flatMap((type) => fieldsIn(selection, type, supergraph.fullSchema)),
        ),
    ]),
  )
  return { supergraph, subgraphs, entities, singletons, keyFields, requiredFields }
}

/** Authorization has its own tests. Here every caller may read everything, as on the single server. */
const withoutAuthorization = (supergraph: Supergraph): Supergraph => ({
  ...supergraph,
  requirements: { all: [], byCoordinate: new Map() },
})

/** The object types that a type name stands for. */
export function concrete(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name)
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((possible) => possible.name) : [name]
}

function readSubgraph(subgraph: FederationSubgraph, fullSchema: GraphQLSchema): Subgraph {
  const { schema } = subgraph
  const metadata = subgraph.metadata()
  const types = schema
    .types()
    .filter((type): type is CompositeType => isFederationObject(type) || isFederationInterface(type))
    .filter((type): type is ObjectType => 'fields' in type) // interfaces are handled like object types here
  const keysOf = (type: ObjectType) => type.appliedDirectivesOf(metadata.keyDirective()).map((key) => key.arguments())
  const keysThat = (holds: (key: { resolvable?: boolean }) => boolean) => {
    const keys = types.map((type) => {
      const fields = keysOf(type).filter(holds)
      return [type.name, fields.map((key) => selection(String(key.fields)))] as const
    })
    return new Map(keys.filter(([, sets]) => sets.length))
  }
  const fields = types.flatMap((type) => type.fields())
  const requires = fields.flatMap((field) =>
    field
      .appliedDirectivesOf(metadata.requiresDirective())
      .map((directive) => [field.coordinate, selection(String(directive.arguments().fields))] as const),
  )
  const holders = new Map<string, Set<string>>()
  for (const type of schema.types()) {
    for (const directive of type.appliedDirectivesOf<{ name: string }>(metadata.contextDirective().name)) {
      const name = String(directive.arguments().name)
      const all = holders.get(name) ?? new Set()
      for (const one of concrete(fullSchema, type.name)) all.add(one)
      holders.set(name, all)
    }
  }
  const contexts = fields.map((field) => {
    const given = field.arguments().flatMap((argument) =>
      argument.appliedDirectivesOf<{ field: string }>(metadata.fromContextDirective().name).map((directive) => {
        const [, name = '', text = ''] = /^\s*\$(\w+)\s*([\s\S]*)$/.exec(String(directive.arguments().field)) ?? []
        const set = selection(text.trim().startsWith('{') ? text.trim().slice(1, -1) : text)
        return { argument: argument.name, types: holders.get(name) ?? new Set<string>(), selection: set }
      }),
    )
    return [field.coordinate, given] as const
  })
  return {
    name: subgraph.name,
    schema: withExactLiterals(schema.toGraphQLJSSchema()),
    keys: keysThat(() => true),
    resolvableKeys: keysThat(({ resolvable }) => resolvable !== false),
    requires: new Map(requires),
    contexts: new Map(contexts.filter(([, given]) => given.length)),
    external: new Set(fields.filter((field) => metadata.isFieldExternal(field)).map((field) => field.coordinate)),
    interfaceObjects: new Map(
      types
        .filter((type) => metadata.isInterfaceObjectType(type))
        .map(({ name }) => [name, concrete(fullSchema, name)]),
    ),
  }
}

/** The selection set in a directive's `fields`, which is written without outer braces. */
function selection(fields: string): SelectionSetNode {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No selection: ${fields}`)
  return definition.selectionSet
}

/** Every field in a selection, as `Type.field` for each possible object type. */
function fieldsIn(set: SelectionSetNode, parent: string, schema: GraphQLSchema): string[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return []
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return fieldsIn(node.selectionSet, node.typeCondition?.name.value ?? parent, schema)
    }
    const own = concrete(schema, parent).map((type) => `${type}.${node.name.value}`)
    const type = schema.getType(parent)
    const field = type && 'getFields' in type ? type.getFields()[node.name.value] : undefined
    const inner = field ? String(field.type).replace(/[[\]!]/g, '') : ''
    return node.selectionSet ? [...own, ...fieldsIn(node.selectionSet, inner, schema)] : own
  })
}

function withExactLiterals(schema: GraphQLSchema): GraphQLSchema {
  readLiteralsExactly(schema)
  return schema
}
