import { type DirectiveNode, Kind, visit } from 'graphql'
import type { Operation } from '../../operation.ts'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { Json } from '../selection/json.ts'
import { normalForm } from '../selection/normal-form.ts'
import { TookTooLong } from './time-limit.ts'

/** Each further condition doubles the number of plans that may be kept for one operation. */
const MAX_CONDITIONS = 4

/**
 * A function that returns the operation planned for given condition values, or null where that cannot help. The planner
 * puts a whole fetch under the condition of one argument from a context, and drops an object whose fields are all
 * excluded. With literal values it does neither. `planAndCompile` may throw; after `TookTooLong` no further variants are
 * planned, because each would block the router as long.
 */
export function createVariants(
  compiled: CompiledOperation,
  planAndCompile: (operation: Operation) => CompiledOperation,
): CompiledOperation['variantFor'] {
  if (compiled.primary || !(compiled.hasContexts || compiled.unplannedFields.length)) return null
  const { operation, supergraph } = compiled
  const names = conditionVariablesIn(operation)
  if (names.length === 0 || names.length > MAX_CONDITIONS) return null
  const known = new Map<string, CompiledOperation>()
  let tookTooLong = false
  /** If a variant cannot be planned, the original is used, with its errors. */
  const compileVariant = (variables: Json): CompiledOperation => {
    if (tookTooLong) return compiled
    try {
      return planAndCompile(normalForm(supergraph.clientSchema, withValues(operation, variables)))
    } catch (error) {
      tookTooLong = error instanceof TookTooLong
      return compiled
    }
  }
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const found = known.get(key) ?? compileVariant(variables)
    known.set(key, found)
    return found
  }
}

export function conditionVariablesIn(operation: Operation): string[] {
  const names = new Set<string>()
  visit(operation, {
    Directive: (node) => {
      const variable = conditionVariable(node)
      if (variable) names.add(variable)
    },
  })
  return [...names]
}

const withValues = (operation: Operation, variables: Json): Operation =>
  visit(operation, {
    Directive: (node): DirectiveNode | undefined => {
      const variable = conditionVariable(node)
      if (!variable) return undefined
      const value = { kind: Kind.BOOLEAN, value: variables[variable] === true } as const
      return {
        ...node,
        arguments: node.arguments?.map((each) => (each.name.value === 'if' ? { ...each, value } : each)),
      }
    },
  })

/** The variable of a `@skip` or `@include`. */
function conditionVariable({ name, arguments: args }: DirectiveNode): string | undefined {
  if (name.value !== 'skip' && name.value !== 'include') return undefined
  const value = args?.find((each) => each.name.value === 'if')?.value
  return value?.kind === Kind.VARIABLE ? value.name.value : undefined
}
