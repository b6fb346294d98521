import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { code } from '../errors.ts'
import { fragmentsOf } from '../selections.ts'
import { type Cost, costsOf, lengthOf, type Page, sum } from './cost.ts'
import { introspectionCosts } from './introspection.ts'
import { sizeOf } from './size.ts'

/** How much one operation may ask for; router/README.md tells what each counts. */
export type Limits = {
  MAX_DEPTH: number
  MAX_FIELDS: number
  MAX_ALIASES: number
  MAX_ROOT_FIELDS: number
  MAX_PAGE: number
  MAX_COST: number
}

/**
 * Checks one operation of a valid document before it is planned. Each error names the limit (`extensions.limit`), what is
 * `allowed` and what was `asked`.
 */
export type LimitCheck = (
  document: DocumentNode,
  operationName: string | null,
  variables: Record<string, unknown>,
) => readonly GraphQLError[]

/** What an operation's text says; only pages and cost may depend on its variables too. */
type Measured = { errors: GraphQLError[]; costs: Cost[]; pages: Page[]; fixed: boolean }

/** Makes the check for a schema. What an operation's text says is found out once for each document. */
export function createLimitCheck(schema: GraphQLSchema, limits: Limits): LimitCheck {
  const known = new WeakMap<DocumentNode, Map<string | null, Measured>>()
  const introspection = introspectionCosts(schema, limits.MAX_COST)

  return (document, operationName, variables) => {
    const operations = known.get(document) ?? new Map<string | null, Measured>()
    known.set(document, operations)
    const measured = operations.get(operationName) ?? measure(schema, limits, introspection, document, operationName)
    operations.set(operationName, measured)
    return measured.fixed ? measured.errors : [...measured.errors, ...overCost(measured, limits, variables)]
  }
}

function measure(
  schema: GraphQLSchema,
  limits: Limits,
  introspection: ReturnType<typeof introspectionCosts>,
  document: DocumentNode,
  operationName: string | null,
): Measured {
  const operation = getOperationAST(document, operationName)
  if (!operation) return { errors: [], costs: [], pages: [], fixed: true }
  const fragments = fragmentsOf(document)
  const { depth, fields, aliases } = sizeOf(operation.selectionSet, fragments)
  const errors = [
    ...over('MAX_DEPTH', limits.MAX_DEPTH, depth, 'The operation is nested too deeply'),
    ...over('MAX_FIELDS', limits.MAX_FIELDS, fields, 'The operation has too many fields'),
    ...over('MAX_ALIASES', limits.MAX_ALIASES, aliases, 'The operation has too many aliases'),
  ]
  // Only what has few fields can be walked with every fragment in its place.
  if (errors.length) return { errors, costs: [], pages: [], fixed: true }
  const { costs, pages } = costsOf(schema, operation, fragments, introspection(fragments))
  const measured = {
    errors: over('MAX_ROOT_FIELDS', limits.MAX_ROOT_FIELDS, costs.length, 'The operation has too many root fields'),
    costs,
    pages,
  }
  const fixed = pages.every(({ length }) => typeof length === 'number')
  if (fixed) measured.errors.push(...overCost(measured, limits, {}))
  return { ...measured, fixed }
}

function overCost(
  { costs, pages }: Pick<Measured, 'costs' | 'pages'>,
  limits: Limits,
  variables: Record<string, unknown>,
) {
  const tooLong = pages.flatMap(({ length, argument, field }) =>
    over(
      'MAX_PAGE',
      limits.MAX_PAGE,
      lengthOf(length, variables),
      `The page asked for by \`${argument}\` of ${field} is too long`,
    ),
  )
  return tooLong.length
    ? tooLong
    : over('MAX_COST', limits.MAX_COST, sum(costs, variables), 'The operation may cost too much')
}

/** The error of a limit that is exceeded, if it is. */
export function over(limit: string, allowed: number, asked: number, what: string): GraphQLError[] {
  if (asked <= allowed) return []
  const extensions = { code: code.limitExceeded, limit, allowed, asked }
  return [new GraphQLError(`${what}: ${asked}, and ${allowed} at most.`, { extensions })]
}
