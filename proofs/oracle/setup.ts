import {
  type CompositeType,
  type Subgraph as FederationSubgraph,
  Supergraph as FederationSupergraph,
  isInterfaceType as isFederationInterface,
  isObjectType as isFederationObject,
  type ObjectType,
} from '@apollo/federation-internals'
import { type GraphQLSchema, isAbstractType, Kind, parse, type SelectionSetNode } from 'graphql'
import { loadSupergraph, type Supergraph } from '../../router/supergraph/load.ts'

/** An argument that is not the client's to give: it comes of the nearest thing around of one of these types. */
export type FromContext = { argument: string; types: Set<string>; selection: SelectionSetNode }

/** What one subgraph knows, and what its directives say; fields are named `Type.field`. */
export type Subgraph = {
  name: string
  schema: GraphQLSchema
  keys: Map<string, SelectionSetNode[]>
  requires: Map<string, SelectionSetNode>
  contexts: Map<string, FromContext[]>
  external: Set<string>
  /** Interfaces that are objects here, with the object types they stand for. */
  interfaceObjects: Map<string, string[]>
}

/** A supergraph read for the oracle. `entities`: object types with a key; `solid`: fields that keys are made of. */
export type Setup = {
  supergraph: Supergraph
  subgraphs: Map<string, Subgraph>
  entities: Set<string>
  solid: Set<string>
  /** Fields that others depend on (`@requires`, `@fromContext`): if these failed, more would be lost than they. */
  needed: Set<string>
}

export function readSetup(sdl: string): Setup {
  const federation = FederationSupergraph.build(sdl, { supportedFeatures: null })
  const found = [...federation.subgraphs()]
  const urls = new Map(found.map(({ name }) => [name, `http://subgraphs.test/${encodeURIComponent(name)}`]))
  const supergraph = openToAll(loadSupergraph(sdl, urls))
  const subgraphs = new Map(found.map((subgraph) => [subgraph.name, readSubgraph(subgraph, supergraph.fullSchema)]))
  const keys = [...subgraphs.values()].flatMap((subgraph) => [...subgraph.keys])
  const entities = new Set(keys.flatMap(([type]) => concrete(supergraph.fullSchema, type)))
  const solid = new Set(
    keys.flatMap(([type, sets]) => sets.flatMap((set) => fieldsIn(set, type, supergraph.fullSchema))),
  )
  const needed = new Set(
    [...subgraphs.values()].flatMap(({ requires, contexts }) => [
      ...[...requires].flatMap(([field, set]) => fieldsIn(set, field.split('.')[0] ?? '', supergraph.fullSchema)),
      ...[...contexts.values()]
        .flat()
        .flatMap(({ types, selection }) =>
          [...types].flatMap((type) => fieldsIn(selection, type, supergraph.fullSchema)),
        ),
    ]),
  )
  return { supergraph, subgraphs, entities, solid, needed }
}

/** The oracle also tries what the router refuses to start on. */
/** Who may see what has its own tests: here everybody sees everything, as the one server shows it. */
const openToAll = (supergraph: Supergraph): Supergraph => ({
  ...supergraph,
  requirements: { all: [], byCoordinate: new Map() },
})

/** The object types that a name stands for. */
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
    .filter((type): type is ObjectType => 'fields' in type) // an interface is read like an object here
  const keys = types.map((type) => {
    const applied = type.appliedDirectivesOf(metadata.keyDirective())
    return [type.name, applied.map((key) => selection(String(key.arguments().fields)))] as const
  })
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
    schema: schema.toGraphQLJSSchema(),
    keys: new Map(keys.filter(([, sets]) => sets.length)),
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

/** The selection set of a directive's `fields`, which leaves the outer braces out. */
function selection(fields: string): SelectionSetNode {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No selection: ${fields}`)
  return definition.selectionSet
}

/** Every field in a selection, as `Type.field` of each object type it may be of. */
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
