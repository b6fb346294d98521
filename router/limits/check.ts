import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { code } from '../errors.ts'
import type { FragmentDefinitions } from '../executor/selection/normal-form.ts'
import type { Operation } from '../operation.ts'
import { type Cost, costsOf, lengthOf, type Page, totalCost } from './cost.ts'
import { type IntrospectionCost, introspectionCosts } from './introspection.ts'
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
export type LimitCheck = {
  /** Checks the operation as the client sent it, before its fragments are expanded. */
  size: (operation: OperationDefinitionNode, fragments: FragmentDefinitions) => readonly GraphQLError[]
  /** Checks its normal form, which is measured once. */
  cost: (operation: Operation, variables: Record<string, unknown>) => readonly GraphQLError[]
}

/** The measures of an operation. Only its pages and cost can depend on variables; `isFixed` if they do not. */
type Measured = { errors: GraphQLError[]; costs: Cost[]; pages: Page[]; isFixed: boolean }

/**
 * The most fields and fragments of an expanded operation, whatever the settings are. No hand-written or generated operation
 * comes near it.
 */
const MAX_SELECTIONS = 50_000

/** Creates the check for a schema. */
export function createLimitCheck(schema: GraphQLSchema, limits: Limits): LimitCheck {
  const known = new WeakMap<Operation, Measured>()
  const introspectionCost = introspectionCosts(schema, limits.MAX_COST)

  return {
    size: ({ selectionSet }, fragments) => {
      const { depth, fields, aliases, selections } = sizeOf(selectionSet, fragments)
      const errors = [
        ...exceeded('MAX_DEPTH', limits.MAX_DEPTH, depth, 'The operation is nested too deeply'),
        ...exceeded('MAX_FIELDS', limits.MAX_FIELDS, fields, 'The operation has too many fields'),
        ...exceeded('MAX_ALIASES', limits.MAX_ALIASES, aliases, 'The operation has too many aliases'),
      ]
      const tooLarge = 'The operation has too many fields and fragments'
      return errors.length ? errors : exceeded('MAX_FIELDS', MAX_SELECTIONS, selections, tooLarge)
    },
    cost: (operation, variables) => {
      const measured = known.get(operation) ?? measure(schema, limits, introspectionCost(), operation)
      known.set(operation, measured)
      const { errors, isFixed } = measured
      return isFixed ? errors : [...errors, ...pagesAndCostErrors(measured, limits, variables)]
    },
  }
}

function measure(
  schema: GraphQLSchema,
  limits: Limits,
  introspectionCost: IntrospectionCost,
  operation: Operation,
): Measured {
  const { costs, pages } = costsOf(schema, operation, introspectionCost)
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
