import {
  baseType,
  EnumType,
  InterfaceType,
  isAbstractType,
  isListType,
  isNonNullType,
  type ObjectType,
  possibleRuntimeTypes,
  type Schema,
  type Type,
} from '@apollo/federation-internals'

/** A field with `@node`: which argument has the ids, and whether it is a list of them. */
export type NodeField = { argument: string; isList: boolean }

/** The entities that the router finds by their global ids. */
export type Nodes = {
  /** The subgraph that declares the fields. It is the router itself, and has no address. */
  service: string
  /** By coordinate ("Query.node"). */
  fields: ReadonlyMap<string, NodeField>
  /** The interface that the fields return. */
  interface: string
  /** By type: its owner's value of `join__Graph`, and the fields of its reference beside the id. */
  types: ReadonlyMap<string, { owner: string; reference: Readonly<Record<string, false>> }>
}

/**
 * Reads `@node` (https://specs.flower.delivery/node); null if no field has it. An entity belongs to the subgraph in which its type
 * implements the fields' interface. Other fields of its key are false in a reference: they say what the referring subgraph has
 * found out for the caller, and the router finds out nothing. Throws for what cannot be served.
 */
export function readNodes(schema: Schema): Nodes | null {
  const feature = schema.coreFeatures?.getByIdentity('https://specs.flower.delivery/node')
  const directive = feature && schema.directive(feature.directiveNameInSchema('node'))
  const fields = new Map<string, NodeField>()
  const graphs = new Set<string>()
  const interfaces = new Set<InterfaceType>()
  for (const application of directive?.applications() ?? []) {
    const field = application.parent as ReturnType<ObjectType['fields']>[number] // by the directive's location
    const { coordinate } = field
    const [argument, ...more] = field.arguments()
    const type = field.type && baseType(field.type)
    const given = argument?.type && isNonNullType(argument.type) ? argument.type.ofType : argument?.type
    if (!argument || !given || more.length || baseType(given).name !== 'ID' || !(type instanceof InterfaceType))
      throw new Error(`@node on ${coordinate}: it must take an id or a list of ids, and return an interface`)
    fields.set(coordinate, { argument: argument.name, isList: isListType(given) })
    interfaces.add(type)
    for (const join of field.appliedDirectivesOf('join__field')) graphs.add(`${join.arguments().graph}`)
  }
  const [found] = interfaces
  const [graph] = graphs
  if (!found || graph === undefined) return null
  if (interfaces.size > 1 || graphs.size > 1)
    throw new Error('Fields with @node must be in one subgraph, and return one interface')
  const types = new Map(found.possibleRuntimeTypes().map((type) => [type.name, entityOf(type, found, graph)]))
  return { service: serviceOf(schema, graph), fields, interface: found.name, types }
}

function entityOf(type: ObjectType, { name }: InterfaceType, graph: string) {
  const owners = type
    .appliedDirectivesOf('join__implements')
    .map((join) => join.arguments())
    .filter((join) => join.interface === name && join.graph !== graph)
  const [owner, ...others] = owners.map((join) => `${join.graph}`)
  if (owner === undefined || others.length)
    throw new Error(`${type.name} must implement ${name} in the one subgraph that knows which of them exist`)
  const key = type.appliedDirectivesOf('join__type').find((join) => join.arguments().graph === graph)
  const names = `${key?.arguments().key ?? ''}`.split(/\s+/).filter((each) => each && each !== 'id')
  return { owner, reference: Object.fromEntries(names.map((each) => [each, false as const])) }
}

/** Whether objects of the interface's types are objects of the interface, or of another abstract type, below fields with `@node` only. */
export function areOnlyNodes(schema: Schema, { fields, types }: Nodes): boolean {
  const isOther = (coordinate: string, type: Type | undefined) => {
    const returned = type && baseType(type)
    if (fields.has(coordinate) || !returned || !isAbstractType(returned)) return false
    return possibleRuntimeTypes(returned).some(({ name }) => types.has(name))
  }
  const all = [...schema.objectTypes(), ...schema.interfaceTypes()]
  return !all.some((parent) => parent.fields().some(({ coordinate, type }) => isOther(coordinate, type)))
}

function serviceOf(schema: Schema, graph: string): string {
  const type = schema.type('join__Graph')
  const value = type instanceof EnumType ? type.value(graph) : undefined
  return `${value?.appliedDirectivesOf('join__graph')[0]?.arguments().name ?? graph}`
}

/**
 * The name under which the planner sees a field that only the owner of an entity has. It stands for the type of what the owner
 * finds; without it there is no such entity for the caller.
 */
export const EXISTS = '_exists'
