import { type DirectiveNode, type DocumentNode, Kind, type TypeNode } from 'graphql'

/** The fields and types in supergraph SDL; '' and [] for unknown ones. */
export type SupergraphTypes = {
  typeOf: (type: string, field: string) => string
  takesArguments: (type: string, field: string) => boolean
  /** The types that implement an interface. */
  membersOf: (type: string) => readonly string[]
  /** Whether any type has a field of this name. */
  isField: (name: string) => boolean
  /** The name of the subgraph behind a value of the enum `join__Graph`. */
  serviceOf: (graph: string) => string
}

export function readSupergraphTypes({ definitions }: DocumentNode): SupergraphTypes {
  const fields = new Map<string, { type: string; takesArguments: boolean }>()
  const names = new Set<string>()
  const members = new Map<string, string[]>()
  const services = new Map<string, string>()
  for (const definition of definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph') {
      for (const { name, directives = [] } of definition.values ?? []) {
        const graphName = directives.map((directive) => stringOf(directive, 'name')).find((text) => text !== undefined)
        services.set(name.value, graphName ?? name.value)
      }
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const { name, type, arguments: args = [] } of definition.fields ?? []) {
      names.add(name.value)
      fields.set(`${definition.name.value}.${name.value}`, { type: nameOf(type), takesArguments: args.length > 0 })
    }
    for (const { name } of definition.interfaces ?? []) {
      members.set(name.value, [...(members.get(name.value) ?? []), definition.name.value])
    }
  }
  return {
    typeOf: (type, field) => fields.get(`${type}.${field}`)?.type ?? '',
    takesArguments: (type, field) => fields.get(`${type}.${field}`)?.takesArguments ?? false,
    membersOf: (type) => members.get(type) ?? [],
    isField: (name) => names.has(name),
    serviceOf: (graph) => services.get(graph) ?? graph,
  }
}

/** A directive's argument, if it is a string or an enum value. */
export function stringOf({ arguments: args }: DirectiveNode, name: string): string | undefined {
  const value = args?.find((each) => each.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type))
