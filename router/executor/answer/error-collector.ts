import { GraphQLError } from 'graphql'
import { code, type ErrorPath } from '../../errors.ts'

/**
 * As many errors has an answer at most; one more says that there were more. A subgraph that fails at each member of a long
 * list would otherwise have the router make, and the client read, an error for each.
 */
export const MAX_ERRORS = 1_000

/** Where something was told: by the names of an answer, as a tree. */
type ErrorNode = { isReported: boolean; below: Map<string | number, ErrorNode> | null }

export type ErrorCollector = ReturnType<typeof createErrorCollector>

/** Collects the errors of one answer, and knows where it has some already. Paths are in the client's names. */
export function createErrorCollector() {
  const collected: GraphQLError[] = []
  const root: ErrorNode = { isReported: false, below: null }
  let hasMore = false

  /** The last node on the way along a path, and whether something was told on the way. */
  const lookUp = (path: readonly (string | number)[]) => {
    let node: ErrorNode | undefined = root
    let isAtOrBelowError = root.isReported
    for (let index = 0; node && index < path.length; index++) {
      node = node.below?.get(path[index] as string | number) // within its length
      isAtOrBelowError ||= node?.isReported === true
    }
    return { node, isAtOrBelowError }
  }
  return {
    /** Adds an error at a path; false if there were too many before it: then there is no use in looking for others. */
    report: (path: Readonly<ErrorPath>, create: () => GraphQLError): boolean => {
      if (collected.length >= MAX_ERRORS) {
        hasMore = true
        return false
      }
      collected.push(withoutStack(create))
      let node = root
      for (const key of path) {
        node.below ??= new Map()
        const next = node.below.get(key) ?? { isReported: false, below: null }
        node.below.set(key, next)
        node = next
      }
      node.isReported = true
      return true
    },
    /** Whether an error is at this very path. */
    isReported: (path: Readonly<ErrorPath>) => lookUp(path).node?.isReported === true,
    /** Whether one is at the path or above it. */
    isReportedAtOrAbove: (path: Readonly<ErrorPath>) => lookUp(path).isAtOrBelowError,
    /** Whether one is at the path, above or below it. */
    isExplained: (path: Readonly<ErrorPath>) => {
      const { node, isAtOrBelowError } = lookUp(path)
      return isAtOrBelowError || (node !== undefined && node.below !== null)
    },
    collected: (): GraphQLError[] => (hasMore ? [...collected, moreErrors()] : collected),
  }
}

const moreErrors = () =>
  withoutStack(() => {
    const message = `There were more errors than the ${MAX_ERRORS} that are told.`
    return new GraphQLError(message, { extensions: { code: code.moreErrors } })
  })

/** They are no faults of ours, and to look at the stack for each one in a long list costs more than all else here. */
function withoutStack(create: () => GraphQLError): GraphQLError {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return create()
  } finally {
    Error.stackTraceLimit = limit
  }
}
