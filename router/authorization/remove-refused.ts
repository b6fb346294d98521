import { type FieldNode, type GraphQLCompositeType, type GraphQLSchema, isAbstractType, Kind, visit } from 'graphql'
import {
  responseNameOf,
  selectionSetOf,
  TYPENAME,
  typeOfField,
  typeOfFragment,
} from '../executor/selection/normal-form.ts'
import type { Field, Operation, Selection, SelectionSet } from '../operation.ts'
import type { Rights } from './rights.ts'

/** The part of an operation that the caller may run, and where the refused fields are in the original. */
export type RestrictedOperation = {
  /** The operation without refused fields. Variables that only those use stay declared. */
  remaining: Operation
  /** Whether every root field was refused, so that nothing is run. */
  nothingLeft: boolean
  operation: Operation
  /** Refused fields of the original operation, with their coordinates. */
  refused: Map<Field, string>
  /** Fields of the original operation with refused fields somewhere below. */
  ancestors: Set<Field>
  /** The response name of `__typename` in `remaining`, for the abstract types of `ancestors`. */
  typenameKey: string
  rights: Rights
}

/** Removes refused fields. Whether a field is refused depends on the type that it is selected on. */
export function removeRefused(schema: GraphQLSchema, operation: Operation, rights: Rights): RestrictedOperation {
  const refused = new Map<Field, string>()
  const ancestors = new Set<Field>()
  const typenameKey = unusedAlias(operation)
  const typename = typenameField(typenameKey)

  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error('A valid operation has a root type.')
  const { selections } = reduceSet(operation.selectionSet, root)
  const nothingLeft = selections.length === 0
  const remaining = { ...operation, selectionSet: selectionSetOf(selections) }
  return { remaining, nothingLeft, operation, refused, ancestors, typenameKey, rights }

  function reduceSet(set: SelectionSet, parent: GraphQLCompositeType): Reduced {
    const all = set.selections.map((selection) => reduceSelection(selection, parent))
    return { selections: all.flatMap(({ selections }) => selections), changed: all.some(({ changed }) => changed) }
  }

  function reduceSelection(selection: Selection, parent: GraphQLCompositeType): Reduced {
    if (selection.kind === Kind.FIELD) return reduceField(selection, parent)
    const { selections, changed } = reduceSet(selection.selectionSet, typeOfFragment(schema, selection, parent))
    return {
      selections: selections.length ? [{ ...selection, selectionSet: selectionSetOf(selections) }] : [],
      changed,
    }
  }

  function reduceField(field: Field, parent: GraphQLCompositeType): Reduced {
    const name = field.name.value
    const coordinate = `${parent.name}.${name}`
    if (!rights.allows(coordinate)) {
      refused.set(field, coordinate)
      return { selections: [], changed: true }
    }
    const type = typeOfField(parent, name)
    if (!field.selectionSet || !type) return { selections: [field], changed: false }
    const { selections, changed } = reduceSet(field.selectionSet, type)
    if (!changed) return { selections: [field], changed }
    ancestors.add(field)
    const needsTypename = selections.length === 0 || isAbstractType(type)
    const selectionSet = selectionSetOf(needsTypename ? [...selections, typename] : selections)
    return { selections: [{ ...field, selectionSet }], changed }
  }
}

type Reduced = { selections: Selection[]; changed: boolean }

/** `__typename`, or another name if the client uses it as an alias. */
function unusedAlias(operation: Operation): string {
  const used = new Set<string>()
  const note = (field: FieldNode) => {
    if (field.alias || field.name.value !== '__typename') used.add(responseNameOf(field))
  }
  visit(operation, { Field: note })
  let key = '__typename'
  for (let next = 1; used.has(key); next++) key = `typename_${next}`
  return key
}

const typenameField = (key: string): Field =>
  key === '__typename' ? TYPENAME : { ...TYPENAME, alias: { kind: Kind.NAME, value: key } }
