import type { InterfaceType, ObjectType, Schema } from '@apollo/federation-internals'
import type { Nodes } from './nodes.ts'

/** What `@listSize` says of a field: the length of its list, or of the lists in the object that it returns (`sizedFields`). */
export type ListSize = {
  /** The length where no slicing argument has a value. */
  assumedSize: number | null
  /** The arguments whose values are the length; if several have one, the largest. */
  slicingArguments: readonly string[]
  sizedFields: readonly string[]
  /** Whether the objects are nodes, each of which is a fetch beside its fields. */
  isNode?: boolean
}

/** By coordinate ("Type.field"). */
export type ListSizes = ReadonlyMap<string, ListSize>

/**
 * Reads `@listSize` (https://specs.apollo.dev/cost/v0.1). A field of an interface that has none of its own is as long as that
 * of the implementation with the largest `assumedSize`. A list of nodes is as long as its list of ids.
 */
export function readListSizes(schema: Schema, nodes: Nodes | null): ListSizes {
  // Found by its link, because supergraphs may rename directives.
  const feature = schema.coreFeatures?.getByIdentity('https://specs.apollo.dev/cost')
  const directive = feature && schema.directive(feature.directiveNameInSchema('listSize'))
  const sizes = new Map<string, ListSize>()
  for (const application of directive?.applications() ?? []) {
    const { coordinate } = application.parent as { coordinate?: string } // fields, by the directive's definition
    const args = application.arguments() as {
      assumedSize?: number | null
      slicingArguments?: string[] | null
      sizedFields?: string[] | null
    } // by the directive's definition
    if (coordinate === undefined) continue
    sizes.set(coordinate, {
      assumedSize: args.assumedSize ?? null,
      slicingArguments: args.slicingArguments ?? [],
      sizedFields: args.sizedFields ?? [],
    })
  }
  for (const [coordinate, { argument, isList }] of nodes?.fields ?? [])
    sizes.set(coordinate, { assumedSize: 1, slicingArguments: isList ? [argument] : [], sizedFields: [], isNode: true })
  if (sizes.size === 0) return sizes
  for (const type of schema.interfaceTypes()) {
    for (const { name } of type.fields()) {
      const coordinate = `${type.name}.${name}`
      const longest = sizes.has(coordinate) ? undefined : longestOf(sizes, type, name)
      if (longest) sizes.set(coordinate, longest)
    }
  }
  return sizes
}

function longestOf(sizes: ListSizes, type: InterfaceType, field: string): ListSize | undefined {
  const found = type.possibleRuntimeTypes().flatMap((member: ObjectType) => sizes.get(`${member.name}.${field}`) ?? [])
  return found.sort((one, other) => (other.assumedSize ?? 0) - (one.assumedSize ?? 0))[0]
}
