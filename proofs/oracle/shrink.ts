import { type DocumentNode, type GraphQLSchema, Kind, type SelectionNode, validate, visit } from 'graphql'
import { pruned } from './prune.ts'
import type { OperationRequest } from './request.ts'

const MOST_TRIES = 300

/** Removes selections, directives and fragments as long as the operation is valid and still `fails`. */
export async function shrink(
  schema: GraphQLSchema,
  request: OperationRequest,
  fails: (request: OperationRequest) => Promise<boolean>,
): Promise<OperationRequest> {
  let smallest = request
  let tries = 0
  for (let index = 0; tries < MOST_TRIES; ) {
    const next = without(smallest, index)
    if (next === null) return smallest
    tries++
    if (isWhole(next.document) && validate(schema, next.document).length === 0 && (await fails(next))) smallest = next
    else index++
  }
  return smallest
}

/** The request without its n-th removable part; null if there is none. */
function without(request: OperationRequest, index: number): OperationRequest | null {
  let count = 0
  let found = false
  const drop = () => {
    if (count++ !== index) return undefined
    found = true
    return null
  }
  const unwrap = (node: SelectionNode) => {
    if (node.kind !== Kind.INLINE_FRAGMENT || count++ !== index) return undefined
    found = true
    return node.selectionSet.selections
  }
  const document = visit(request.document, {
    Field: drop,
    FragmentSpread: drop,
    Directive: drop,
    Argument: drop,
    SelectionSet(node) {
      const selections = node.selections.flatMap((selection) => unwrap(selection) ?? [selection])
      return selections.length === node.selections.length && !found ? undefined : { ...node, selections }
    },
    InlineFragment: drop,
  })
  if (!found) return null
  return pruned({ ...request, document })
}

const isWhole = ({ definitions }: DocumentNode) => definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)
