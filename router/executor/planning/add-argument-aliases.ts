import {
  type DirectiveNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'
import { NO_STAND_INS, type StandIn, type StandIns } from '../compile/argument-aliases.ts'
import { type SupergraphTypes, stringOf, supergraphTypes } from './supergraph-types.ts'

/** Supergraph SDL with stand-ins in the place of required fields that take arguments; the same SDL if there are none. */
export function withStandIns(sdl: string): StandIns & { sdl: string } {
  const document = parse(sdl, { noLocation: true })
  const types = supergraphTypes(document)
  const found: Found = { types, fields: new Map(), names: new Map(), wanted: new Map(), provided: new Set() }
  const needs = new Map<string, string[]>()
  const all = new Map<string, string[]>()

  const requiring = (directive: DirectiveNode, type: string, field: FieldDefinitionNode): DirectiveNode => {
    if (directive.name.value !== 'join__field') return directive
    const graph = stringOf(directive, 'graph') ?? ''
    const provides = stringOf(directive, 'provides')
    if (provides) noteProvided(selectionsOf(provides), types.typeOf(type, field.name.value), graph, found)
    const requires = stringOf(directive, 'requires')
    if (!requires) return directive
    const wants: string[] = []
    const replaced = replace(selectionsOf(requires), { type, graph, path: '', wants }, found)
    const key = `${types.serviceOf(graph)}.${type}.${field.name.value}`
    all.set(key, namesIn(replaced))
    if (wants.length === 0) return directive
    needs.set(key, wants)
    const value = { kind: Kind.STRING, value: stripIgnoredCharacters(print(replaced)).slice(1, -1) } as const
    const given = directive.arguments?.map((each) => (each.name.value === 'requires' ? { ...each, value } : each))
    return { ...directive, arguments: given }
  }
  const inFields = <Node extends TypeNode>(node: Node): Node => ({
    ...node,
    fields: node.fields?.map((field) => ({
      ...field,
      directives: field.directives?.map((each) => requiring(each, node.name.value, field)),
    })),
  })
  const replaced = visit(document, { ObjectTypeDefinition: inFields, InterfaceTypeDefinition: inFields })
  if (found.fields.size === 0) return { sdl, ...NO_STAND_INS, requires: all }
  const added = <Node extends TypeNode>(node: Node): Node => ({ ...node, fields: withStandInsOf(node, found) })
  const changed = visit(replaced, { ObjectTypeDefinition: added, InterfaceTypeDefinition: added })
  return { sdl: print(changed), fields: found.fields, needs, requires: all }
}

type TypeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

type Found = {
  types: SupergraphTypes
  fields: Map<string, StandIn>
  /** By field and arguments. */
  names: Map<string, string>
  /** By type and field: for each stand-in, the subgraphs that want it. */
  wanted: Map<string, Map<string, Set<string>>>
  /** What some @provides in a subgraph is about, as `GRAPH.Type.field`. */
  provided: Set<string>
}

function replace(
  set: SelectionSetNode,
  place: { type: string; graph: string; path: string; wants: string[] },
  found: Found,
): SelectionSetNode {
  const { types } = found
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition?.name.value ?? place.type
      return { ...selection, selectionSet: replace(selection.selectionSet, { ...place, type }, found) }
    }
    const field = selection.name.value
    const name = types.takesArguments(place.type, field) ? standInFor(selection, found) : field
    const inside = { ...place, type: types.typeOf(place.type, field), path: `${place.path}${name}.` }
    const selectionSet = selection.selectionSet && replace(selection.selectionSet, inside, found)
    if (name === field) return { ...selection, selectionSet }
    place.wants.push(`${place.path}${name}`)
    for (const type of [place.type, ...types.membersOf(place.type)]) {
      const key = `${type}.${field}`
      const wanted = found.wanted.get(key) ?? new Map<string, Set<string>>()
      found.wanted.set(key, wanted.set(name, (wanted.get(name) ?? new Set()).add(place.graph)))
    }
    return { ...selection, name: { kind: Kind.NAME, value: name }, arguments: [], selectionSet }
  })
  return { ...set, selections }
}

function standInFor({ name: { value: field }, arguments: given = [] }: FieldNode, found: Found): string {
  const key = `${field}(${given.map((each) => print(each)).sort()})`
  const known = found.names.get(key)
  if (known) return known
  let number = found.names.size
  while (found.types.isField(`${field}__${number}`)) number++
  const name = `${field}__${number}`
  found.names.set(key, name)
  found.fields.set(name, { field, arguments: given })
  return name
}

function withStandInsOf(node: TypeNode, { wanted, provided }: Found): FieldDefinitionNode[] {
  return (node.fields ?? []).flatMap((field) => {
    const key = `${node.name.value}.${field.name.value}`
    const standIns = [...(wanted.get(key) ?? [])]
    if (standIns.length === 0) return [field]
    const wantedBy = new Set(standIns.flatMap(([, graphs]) => [...graphs]))
    // What is @external must be used for something, here and there.
    const original = withoutExternal(field, (graph) => wantedBy.has(graph) && !provided.has(`${graph}.${key}`))
    const others = standIns.map(([value, graphs]) => ({
      ...withoutExternal(field, (graph) => !graphs.has(graph)),
      name: { kind: Kind.NAME, value } as const,
      arguments: [],
    }))
    return [original, ...others]
  })
}

const withoutExternal = (field: FieldDefinitionNode, isLeftOut: (graph: string) => boolean): FieldDefinitionNode => ({
  ...field,
  directives: field.directives?.filter((directive) => {
    const external = directive.arguments?.some(
      ({ name, value }) => name.value === 'external' && value.kind === Kind.BOOLEAN && value.value,
    )
    return !external || !isLeftOut(stringOf(directive, 'graph') ?? '')
  }),
})

function noteProvided({ selections }: SelectionSetNode, type: string, graph: string, found: Found): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      noteProvided(selection.selectionSet, selection.typeCondition?.name.value ?? type, graph, found)
      continue
    }
    const field = selection.name.value
    found.provided.add(`${graph}.${type}.${field}`)
    const inside = found.types.typeOf(type, field)
    if (selection.selectionSet) noteProvided(selection.selectionSet, inside, graph, found)
  }
}

const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value]
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : []
  })

function selectionsOf(text: string): SelectionSetNode {
  // One operation, as just written around it.
  const [operation] = parse(`{${text}}`, { noLocation: true }).definitions as [OperationDefinitionNode]
  return operation.selectionSet
}
