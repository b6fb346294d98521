import { GraphQLError } from 'graphql'
import { code, type ErrorPath } from '../../errors.ts'

/**
 * As many errors has an answer at most; one more says that there were more. A subgraph that fails at each member of a long
 * list would otherwise have the router make, and the client read, an error for each.
 */
export const MOST_ERRORS = 1_000

/** Where something was told: by the names of an answer, as a tree. */
type Node = { isTold: boolean; below: Map<string | number, Node> | null }

export type Told = ReturnType<typeof createTold>

/** Collects the errors of one answer, and knows where it has some already. Paths are in the client's names. */
export function createTold() {
  const errors: GraphQLError[] = []
  const root: Node = { isTold: false, below: null }
  let hasMore = false

  /** The last node on the way along a path, and whether something was told on the way. */
  const follow = (path: readonly (string | number)[]) => {
    let node: Node | undefined = root
    let isBelow = root.isTold
    for (let index = 0; node && index < path.length; index++) {
      node = node.below?.get(path[index] as string | number) // within its length
      isBelow ||= node?.isTold === true
    }
    return { node, isBelow }
  }
  return {
    /** Adds an error at a path; false if there were too many before it: then there is no use in looking for others. */
    tell: (path: Readonly<ErrorPath>, make: () => GraphQLError): boolean => {
      if (errors.length >= MOST_ERRORS) {
        hasMore = true
        return false
      }
      errors.push(withoutStack(make))
      let node = root
      for (const key of path) {
        node.below ??= new Map()
        const next = node.below.get(key) ?? { isTold: false, below: null }
        node.below.set(key, next)
        node = next
      }
      node.isTold = true
      return true
    },
    /** Whether an error is at this very path. */
    isTold: (path: Readonly<ErrorPath>) => follow(path).node?.isTold === true,
    /** Whether one is at the path or above it. */
    isToldAbove: (path: Readonly<ErrorPath>) => follow(path).isBelow,
    /** Whether one is at the path, above or below it. */
    isExplained: (path: Readonly<ErrorPath>) => {
      const { node, isBelow } = follow(path)
      return isBelow || (node !== undefined && node.below !== null)
    },
    errors: (): GraphQLError[] => (hasMore ? [...errors, moreErrors()] : errors),
  }
}

const moreErrors = () =>
  withoutStack(() => {
    const message = `There were more errors than the ${MOST_ERRORS} that are told.`
    return new GraphQLError(message, { extensions: { code: code.moreErrors } })
  })

/** They are no faults of ours, and to look at the stack for each one in a long list costs more than all else here. */
function withoutStack(make: () => GraphQLError): GraphQLError {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}
