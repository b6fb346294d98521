import { InterfaceType, type Schema, type Supergraph } from '@apollo/federation-internals'
import {
  type DirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql'
import type { Field, Selection, SelectionSet } from '../../operation.ts'
import { fieldIn, typeOfObjects } from '../../supergraph/fields.ts'
import { type ArgumentAlias, type ArgumentAliases, NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import { parseOperation, selectionSetOf } from '../selection/normal-form.ts'

/** A supergraph's SDL in which required fields with arguments are replaced by aliases; the same SDL if there are none. */
export function addArgumentAliases(
  sdl: string,
  federation: Pick<Supergraph, 'schema' | 'subgraphNameToGraphEnumValue'>,
): ArgumentAliases & { sdl: string } {
  const { schema } = federation
  const document = parse(sdl, { noLocation: true })
  const services = new Map([...federation.subgraphNameToGraphEnumValue()].map(([name, graph]) => [graph, name]))
  const state: State = { schema, aliases: new Map(), names: new Map(), aliasUsers: new Map(), provided: new Set() }
  const requiredAliases = new Map<string, string[]>()
  const requiredFields = new Map<string, string[]>()

  const rewriteRequires = (directive: DirectiveNode, type: string, field: FieldDefinitionNode): DirectiveNode => {
    if (directive.name.value !== 'join__field') return directive
    const graph = stringOf(directive, 'graph') ?? ''
    const provides = stringOf(directive, 'provides')
    if (provides) collectProvided(selectionsOf(provides), objectsOf(state, type, field.name.value), graph, state)
    const requires = stringOf(directive, 'requires')
    if (!requires) return directive
    const aliasPaths: string[] = []
    const rewritten = replaceArguments(selectionsOf(requires), { type, graph, path: '', aliasPaths }, state)
    const key = `${services.get(graph)}.${type}.${field.name.value}`
    requiredFields.set(key, namesIn(rewritten))
    if (aliasPaths.length === 0) return directive
    requiredAliases.set(key, aliasPaths)
    const value = { kind: Kind.STRING, value: stripIgnoredCharacters(print(rewritten)).slice(1, -1) } as const
    const args = directive.arguments?.map((each) => (each.name.value === 'requires' ? { ...each, value } : each))
    return { ...directive, arguments: args }
  }
  const rewriteFields = <Node extends TypeNode>(node: Node): Node => ({
    ...node,
    fields: node.fields?.map((field) => ({
      ...field,
      directives: field.directives?.map((each) => rewriteRequires(each, node.name.value, field)),
    })),
  })
  const rewritten = visit(document, { ObjectTypeDefinition: rewriteFields, InterfaceTypeDefinition: rewriteFields })
  if (state.aliases.size === 0) return { sdl, ...NO_ARGUMENT_ALIASES, requiredFields }
  const withAliases = <Node extends TypeNode>(node: Node): Node => ({ ...node, fields: fieldsWithAliases(node, state) })
  const changed = visit(rewritten, { ObjectTypeDefinition: withAliases, InterfaceTypeDefinition: withAliases })
  return { sdl: print(changed), aliases: state.aliases, requiredAliases, requiredFields }
}

type TypeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

type State = {
  schema: Schema
  aliases: Map<string, ArgumentAlias>
  /** By field and arguments. */
  names: Map<string, string>
  /** By `Type.field`: for each alias, the graphs whose @requires use it. */
  aliasUsers: Map<string, Map<string, Set<string>>>
  /** What @provides selects, as `GRAPH.Type.field`. */
  provided: Set<string>
}

function replaceArguments(
  set: SelectionSet,
  at: { type: string; graph: string; path: string; aliasPaths: string[] },
  state: State,
): SelectionSet {
  const { schema } = state
  const selections = set.selections.map((selection): Selection => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition?.name.value ?? at.type
      return { ...selection, selectionSet: replaceArguments(selection.selectionSet, { ...at, type }, state) }
    }
    const field = selection.name.value
    const name = fieldIn(schema, at.type, field)?.hasArguments() ? aliasFor(selection, state) : field
    const inside = { ...at, type: objectsOf(state, at.type, field), path: `${at.path}${name}.` }
    const selectionSet = selection.selectionSet && replaceArguments(selection.selectionSet, inside, state)
    if (name === field) return { ...selection, selectionSet }
    at.aliasPaths.push(`${at.path}${name}`)
    const type = schema.type(at.type)
    const members = type instanceof InterfaceType ? type.allImplementations().map(({ name }) => name) : []
    for (const type of [at.type, ...members]) {
      const key = `${type}.${field}`
      const aliasUsers = state.aliasUsers.get(key) ?? new Map<string, Set<string>>()
      state.aliasUsers.set(key, aliasUsers.set(name, (aliasUsers.get(name) ?? new Set()).add(at.graph)))
    }
    return { ...selection, name: { kind: Kind.NAME, value: name }, arguments: [], selectionSet }
  })
  return selectionSetOf(selections)
}

function aliasFor({ name: { value: field }, arguments: args = [] }: Field, state: State): string {
  const key = `${field}(${args.map((each) => print(each)).sort()})`
  const known = state.names.get(key)
  if (known) return known
  let number = state.names.size
  const types = [...state.schema.objectTypes(), ...state.schema.interfaceTypes()]
  while (types.some((type) => type.field(`${field}__${number}`))) number++
  const name = `${field}__${number}`
  state.names.set(key, name)
  state.aliases.set(name, { field, arguments: args })
  return name
}

function fieldsWithAliases(node: TypeNode, { aliasUsers, provided }: State): FieldDefinitionNode[] {
  return (node.fields ?? []).flatMap((field) => {
    const key = `${node.name.value}.${field.name.value}`
    const aliases = [...(aliasUsers.get(key) ?? [])]
    if (aliases.length === 0) return [field]
    const users = new Set(aliases.flatMap(([, graphs]) => [...graphs]))
    // Composition rejects an @external field that nothing uses, for the original and the aliases alike.
    const original = withoutExternal(field, (graph) => users.has(graph) && !provided.has(`${graph}.${key}`))
    const others = aliases.map(([value, graphs]) => ({
      ...withoutExternal(field, (graph) => !graphs.has(graph)),
      name: { kind: Kind.NAME, value } as const,
      arguments: [],
    }))
    return [original, ...others]
  })
}

const withoutExternal = (field: FieldDefinitionNode, isExcluded: (graph: string) => boolean): FieldDefinitionNode => ({
  ...field,
  directives: field.directives?.filter((directive) => {
    const external = directive.arguments?.some(
      ({ name, value }) => name.value === 'external' && value.kind === Kind.BOOLEAN && value.value,
    )
    return !external || !isExcluded(stringOf(directive, 'graph') ?? '')
  }),
})

function collectProvided({ selections }: SelectionSet, type: string, graph: string, state: State): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectProvided(selection.selectionSet, selection.typeCondition?.name.value ?? type, graph, state)
      continue
    }
    const field = selection.name.value
    state.provided.add(`${graph}.${type}.${field}`)
    const inside = objectsOf(state, type, field)
    if (selection.selectionSet) collectProvided(selection.selectionSet, inside, graph, state)
  }
}

const namesIn = ({ selections }: SelectionSet): string[] =>
  selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : namesIn(selection.selectionSet),
  )

const selectionsOf = (text: string): SelectionSet => parseOperation(`{${text}}`).selectionSet

/** The name of the type of a field's objects; '' for leaves. */
const objectsOf = ({ schema }: State, type: string, field: string): string =>
  typeOfObjects(fieldIn(schema, type, field))?.name ?? ''

/** A directive's argument, if it is a string or an enum value. */
function stringOf({ arguments: args }: DirectiveNode, name: string): string | undefined {
  const value = args?.find((each) => each.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}
