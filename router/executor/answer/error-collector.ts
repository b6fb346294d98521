import { GraphQLError } from 'graphql'
import { code, type ErrorPath } from '../../errors.ts'

/**
 * The most errors that an answer has; one more says that there were others. If a subgraph fails at each member of a
 * long list, building and reading an error for each would be costly.
 */
export const MAX_ERRORS = 1_000

/** The paths of reported errors, as a tree. `isFinal`: no other errors are reported here or below. */
type ErrorNode = { isReported: boolean; isFinal: boolean; below: Map<string | number, ErrorNode> | null }

export type ErrorCollector = ReturnType<typeof createErrorCollector>

/** Collects the errors of one answer and remembers their paths, in the client's response names. */
export function createErrorCollector() {
  const collected: GraphQLError[] = []
  const root = newNode()
  let hasMore = false

  /** The node at a path, and whether an error is at the path or above it. */
  const lookUp = (path: readonly (string | number)[]) => {
    let node: ErrorNode | undefined = root
    let isAtOrBelowError = root.isReported
    for (let index = 0; node && index < path.length; index++) {
      node = node.below?.get(path[index] as string | number) // index < length
      isAtOrBelowError ||= node?.isReported === true
    }
    return { node, isAtOrBelowError }
  }
  return {
    /**
     * Adds an error at a path, and no further ones at or below it if it is final. Returns false if the limit was reached
     * before: callers then stop looking for more.
     */
    report: (path: Readonly<ErrorPath>, create: () => GraphQLError, isFinal = false): boolean => {
      if (collected.length >= MAX_ERRORS) {
        hasMore = true
        return false
      }
      let node = root
      for (const key of path) {
        node.below ??= new Map()
        const next: ErrorNode = node.below.get(key) ?? newNode()
        node.below.set(key, next)
        node = next
        if (node.isFinal) return true
      }
      collected.push(withoutStack(create))
      node.isReported = true
      node.isFinal = isFinal
      return true
    },
    /** Whether an error is at exactly this path. */
    isReported: (path: Readonly<ErrorPath>) => lookUp(path).node?.isReported === true,
    /** Whether an error is at the path, above it or below it. */
    isExplained: (path: Readonly<ErrorPath>) => {
      const { node, isAtOrBelowError } = lookUp(path)
      return isAtOrBelowError || (node !== undefined && node.below !== null)
    },
    collected: (): GraphQLError[] => (hasMore ? [...collected, moreErrors()] : collected),
  }
}

const newNode = (): ErrorNode => ({ isReported: false, isFinal: false, below: null })

const moreErrors = () =>
  withoutStack(() => {
    const message = `There were more errors than the ${MAX_ERRORS} that are reported.`
    return new GraphQLError(message, { extensions: { code: code.moreErrors } })
  })

/** These errors are not our bugs, and capturing a stack for each in a long list would be the largest cost. */
function withoutStack(create: () => GraphQLError): GraphQLError {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return create()
  } finally {
    Error.stackTraceLimit = limit
  }
}
