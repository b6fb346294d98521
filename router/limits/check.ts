import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql'
import { code } from '../errors.ts'
import type { FragmentDefinitions } from '../executor/selection/normal-form.ts'
import type { Operation } from '../operation.ts'
import type { ListSizes } from '../supergraph/list-sizes.ts'
import { isFixedSize, type Measures, measureOperation, sizeWith, totalCost } from './cost.ts'
import { introspectionCosts } from './introspection.ts'
import { sizeOf } from './size.ts'

/** Limits for one operation; docs/router.md says what each counts. */
export type Limits = {
  MAX_DEPTH: number
  MAX_FIELDS: number
  MAX_ALIASES: number
  MAX_ROOT_FIELDS: number
  MAX_MUTATION_FIELDS: number
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

/** What was measured of an operation; `isFixed` if no variables change it. */
type Measured = Measures & { errors: GraphQLError[]; isFixed: boolean }

/**
 * The most fields and fragments of an expanded operation, whatever the settings are. No hand-written or generated operation
 * comes near it.
 */
const MAX_SELECTIONS = 50_000

/** Creates the check for a schema, and what its supergraph declares of lists. */
export function createLimitCheck(schema: GraphQLSchema, limits: Limits, sizes: ListSizes): LimitCheck {
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
      const measured = known.get(operation) ?? measure(operation)
      const { errors, isFixed } = measured
      return isFixed ? errors : [...errors, ...pagesAndCostErrors(operation, measured, limits, variables)]
    },
  }

  function measure(operation: Operation): Measured {
    const measures = measureOperation(schema, sizes, operation, introspectionCost())
    const errors = rootFieldErrors(operation, measures, limits)
    const isFixed = measures.cost.variable.length === 0 && measures.pages.every(({ size }) => isFixedSize(size))
    if (isFixed) errors.push(...pagesAndCostErrors(operation, measures, limits, {}))
    const measured = { ...measures, errors, isFixed }
    known.set(operation, measured)
    return measured
  }
}

/** A mutation may have fewer root fields: each is a command, and the planner's time grows with the square of their number. */
function rootFieldErrors({ operation }: Operation, { rootFields }: Measures, limits: Limits): GraphQLError[] {
  const errors = exceeded(
    'MAX_ROOT_FIELDS',
    limits.MAX_ROOT_FIELDS,
    rootFields,
    'The operation has too many root fields',
  )
  if (errors.length > 0 || operation !== OperationTypeNode.MUTATION) return errors
  return exceeded(
    'MAX_MUTATION_FIELDS',
    limits.MAX_MUTATION_FIELDS,
    rootFields,
    'The mutation has too many root fields',
  )
}

function pagesAndCostErrors(
  operation: Operation,
  { cost, pages }: Measures,
  limits: Limits,
  variables: Record<string, unknown>,
) {
  const pageErrors = pages.flatMap(({ size, argument, field }) => {
    const tooLong = `The page asked for by \`${argument}\` of ${field} is too long`
    return exceeded('MAX_PAGE', limits.MAX_PAGE, sizeWith(size, variables) ?? 0, tooLong)
  })
  if (pageErrors.length) return pageErrors
  const { total, withoutInputs, largest } = totalCost(operation, cost, variables)
  if (total <= limits.MAX_COST) return []
  const isByInputs = withoutInputs() <= limits.MAX_COST
  const tooMuch = `The operation may cost too much${isByInputs ? becauseOfInputs(largest()) : ''}`
  return exceeded('MAX_COST', limits.MAX_COST, total, tooMuch)
}

const becauseOfInputs = (largest: { name: string; values: number } | undefined) =>
  `, mostly for its input values, which count wherever they are used${
    largest ? ` (\`$${largest.name}\` has ${largest.values})` : ''
  }`

/** A list with the error if a limit is exceeded, otherwise an empty list. */
export function exceeded(limit: string, allowed: number, asked: number, what: string): GraphQLError[] {
  if (asked <= allowed) return []
  const extensions = { code: code.limitExceeded, limit, allowed, asked }
  return [new GraphQLError(`${what}: ${asked}, and ${allowed} at most.`, { extensions })]
}
