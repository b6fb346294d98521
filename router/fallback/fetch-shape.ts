import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'

/**
 * The lists and objects in a response, by response name: list depth, and the fields of the objects. `root` is the
 * supergraph's name of a root type inside; subgraphs may use another.
 */
export type FetchShape = Map<string, { depth: number; fields: FetchShape | null; root?: string }>

/** The shape of a valid response to a fetch. Leaves are left out; Apollo's executor checks them. */
export function fetchShapeOf(operation: string, schema: GraphQLSchema): FetchShape {
  const document = parse(operation, { noLocation: true })
  const fragments = new Map(
    document.definitions.flatMap((d) => (d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d]] : [])),
  )

  const roots = [schema.getQueryType(), schema.getMutationType()]

  const collect = (set: SelectionSetNode, parent: string | undefined, shape: FetchShape): FetchShape => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const type = fieldType(schema, parent, selection.name.value)
        // `_entities` is not in the supergraph. It is a list; the fragments in it give the types of its members.
        if (!type && selection.name.value !== '_entities') continue
        const name = selection.alias?.value ?? selection.name.value
        const depth = type ? listDepth(type) : 1
        const before = shape.get(name)?.fields ?? new Map()
        const fields =
          selection.selectionSet && collect(selection.selectionSet, type && getNamedType(type).name, before)
        const root = roots.find((root) => type && root === getNamedType(type))?.name
        if (fields || depth > 0) shape.set(name, { depth, fields: fields ?? null, root })
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
        if (fragment) collect(fragment.selectionSet, fragment.typeCondition?.name.value ?? parent, shape)
      }
    }
    return shape
  }

  const shape: FetchShape = new Map()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    collect(definition.selectionSet, schema.getRootType(definition.operation)?.name, shape)
  }
  return shape
}

function fieldType(schema: GraphQLSchema, parent: string | undefined, field: string): GraphQLOutputType | undefined {
  const type = parent === undefined ? undefined : schema.getType(parent)
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
}

function listDepth(type: GraphQLOutputType): number {
  const nullable = getNullableType(type)
  return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0
}

/** Sets values of the wrong shape to null, in place, and returns their paths. */
export function enforceFetchShape(data: Record<string, unknown>, shape: FetchShape): (string | number)[][] {
  const violations: (string | number)[][] = []
  const path: (string | number)[] = []

  // Lists and objects are indexed alike here.
  const check = (
    holder: Record<string | number, unknown>,
    key: string | number,
    depth: number,
    fields: FetchShape | null,
  ) => {
    const value = holder[key]
    if (value === null || value === undefined) return
    path.push(key)
    if (depth > 0 ? !Array.isArray(value) : fields && !isObject(value)) {
      violations.push([...path])
      holder[key] = null
    } else if (depth > 0) {
      const list = value as Record<number, unknown> & { length: number } // checked above to be an array
      for (let index = 0; index < list.length; index++) check(list, index, depth - 1, fields)
    } else if (fields) checkFields(value as Record<string, unknown>, fields) // checked above to be an object
    path.pop()
  }
  const checkFields = (object: Record<string, unknown>, fields: FetchShape) => {
    for (const [name, { depth, fields: inner, root }] of fields) {
      check(object, name, depth, inner)
      const value = object[name]
      if (root && isObject(value) && value.__typename) value.__typename = root
    }
  }
  checkFields(data, shape)
  return violations
}

function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const typename = '__typename' in value ? value.__typename : undefined
  return typename === undefined || typeof typename === 'string'
}
