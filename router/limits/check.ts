import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { code } from '../errors.ts'
import { fragmentsOf } from '../selections.ts'
import { type Cost, costsOf, lengthOf, type Page, totalCost } from './cost.ts'
import { introspectionCosts } from './introspection.ts'
import { sizeOf } from './size.ts'

/** Limits for one operation; docs/router.md says what each counts. */
export type Limits = {
  MAX_DEPTH: number
  MAX_FIELDS: number
  MAX_ALIASES: number
  MAX_ROOT_FIELDS: number
  MAX_PAGE: number
  MAX_COST: number
}

/**
 * Checks one operation of a valid document before it is planned. Each error has the `limit`, what is `allowed` and what was
 * `asked` in its extensions.
 */
export type LimitCheck = (
  document: DocumentNode,
  operationName: string | null,
  variables: Record<string, unknown>,
) => readonly GraphQLError[]

/** The measures of an operation's text. Only its pages and cost can depend on variables; `isFixed` if they do not. */
type Measured = { errors: GraphQLError[]; costs: Cost[]; pages: Page[]; isFixed: boolean }

/** Creates the check for a schema. Each operation of a document is measured once. */
export function createLimitCheck(schema: GraphQLSchema, limits: Limits): LimitCheck {
  const known = new WeakMap<DocumentNode, Map<string | null, Measured>>()
  const introspection = introspectionCosts(schema, limits.MAX_COST)

  return (document, operationName, variables) => {
    const operations = known.get(document) ?? new Map<string | null, Measured>()
    known.set(document, operations)
    const measured = operations.get(operationName) ?? measure(schema, limits, introspection, document, operationName)
    operations.set(operationName, measured)
    return measured.isFixed ? measured.errors : [...measured.errors, ...pagesAndCostErrors(measured, limits, variables)]
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
  if (!operation) return { errors: [], costs: [], pages: [], isFixed: true }
  const fragments = fragmentsOf(document)
  const { depth, fields, aliases } = sizeOf(operation.selectionSet, fragments)
  const errors = [
    ...exceeded('MAX_DEPTH', limits.MAX_DEPTH, depth, 'The operation is nested too deeply'),
    ...exceeded('MAX_FIELDS', limits.MAX_FIELDS, fields, 'The operation has too many fields'),
    ...exceeded('MAX_ALIASES', limits.MAX_ALIASES, aliases, 'The operation has too many aliases'),
  ]
  // Expanding all fragments is possible only if there are few fields.
  if (errors.length) return { errors, costs: [], pages: [], isFixed: true }
  const { costs, pages } = costsOf(schema, operation, fragments, introspection(fragments))
  const measured = {
    errors: exceeded('MAX_ROOT_FIELDS', limits.MAX_ROOT_FIELDS, costs.length, 'The operation has too many root fields'),
    costs,
    pages,
  }
  const fixed = pages.every(({ length }) => typeof length === 'number')
  if (fixed) measured.errors.push(...pagesAndCostErrors(measured, limits, {}))
  return { ...measured, isFixed: fixed }
}

function pagesAndCostErrors(
  { costs, pages }: Pick<Measured, 'costs' | 'pages'>,
  limits: Limits,
  variables: Record<string, unknown>,
) {
  const pageErrors = pages.flatMap(({ length, argument, field }) =>
    exceeded(
      'MAX_PAGE',
      limits.MAX_PAGE,
      lengthOf(length, variables),
      `The page asked for by \`${argument}\` of ${field} is too long`,
    ),
  )
  return pageErrors.length
    ? pageErrors
    : exceeded('MAX_COST', limits.MAX_COST, totalCost(costs, variables), 'The operation may cost too much')
}

/** A list with the error if a limit is exceeded, otherwise an empty list. */
export function exceeded(limit: string, allowed: number, asked: number, what: string): GraphQLError[] {
  if (asked <= allowed) return []
  const extensions = { code: code.limitExceeded, limit, allowed, asked }
  return [new GraphQLError(`${what}: ${asked}, and ${allowed} at most.`, { extensions })]
}
