import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import { isObject as isJsonObject } from '../executor/selection/json.ts'

/**
 * The lists and objects in a response, by response name: list depth, and the fields of the objects. `root` is the
 * supergraph's name of a root type inside; subgraphs may use another. `isPlain`: a leaf of a built-in type, of which
 * Apollo's executor takes plain numbers only.
 */
export type FetchShape = Map<string, Shape>
type Shape = { depth: number; fields: FetchShape | null; root?: string; isPlain: boolean }

/** The shape of a valid response to a fetch. Apollo's executor checks leaves. */
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
        const before = shape.get(name)
        const named = type && getNamedType(type)
        const fields =
          selection.selectionSet && collect(selection.selectionSet, named?.name, before?.fields ?? new Map())
        const root = roots.find((root) => named && root === named)?.name
        const isPlain = before?.isPlain || (named !== undefined && isSpecifiedScalarType(named))
        if (fields || depth > 0 || isPlain) shape.set(name, { depth, fields: fields ?? null, root, isPlain })
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

/**
 * Sets values of the wrong shape to null, and makes the numbers of built-in types plain, in place. Returns the paths of the
 * former.
 */
export function enforceFetchShape(data: Record<string, unknown>, shape: FetchShape): (string | number)[][] {
  const violations: (string | number)[][] = []
  const path: (string | number)[] = []

  // Lists and objects are indexed alike here.
  const check = (
    holder: Record<string | number, unknown>,
    key: string | number,
    depth: number,
    { fields, isPlain }: Pick<Shape, 'fields' | 'isPlain'>,
  ) => {
    const value = holder[key]
    if (value === null || value === undefined) return
    path.push(key)
    if (depth > 0 ? !Array.isArray(value) : fields && !isObject(value)) {
      violations.push([...path])
      holder[key] = null
    } else if (depth > 0) {
      const list = value as Record<number, unknown> & { length: number } // checked above to be an array
      for (let index = 0; index < list.length; index++) check(list, index, depth - 1, { fields, isPlain })
    } else if (fields)
      checkFields(value as Record<string, unknown>, fields) // checked above to be an object
    else if (isPlain && value instanceof JsonNumber) holder[key] = value.toNumber()
    path.pop()
  }
  const checkFields = (object: Record<string, unknown>, fields: FetchShape) => {
    for (const [name, inner] of fields) {
      check(object, name, inner.depth, inner)
      const value = object[name]
      if (inner.root && isObject(value) && value.__typename) value.__typename = inner.root
    }
  }
  checkFields(data, shape)
  return violations
}

function isObject(value: unknown): value is Record<string, unknown> {
  if (!isJsonObject(value)) return false
  const typename = '__typename' in value ? value.__typename : undefined
  return typename === undefined || typeof typename === 'string'
}
