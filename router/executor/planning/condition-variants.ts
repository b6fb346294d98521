import { type DirectiveNode, Kind, visit } from 'graphql'
import type { Operation } from '../../operation.ts'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { Json } from '../selection/json.ts'
import { normalForm } from '../selection/normal-form.ts'

/** Each further condition doubles the number of plans that may be kept for one operation. */
const MAX_CONDITIONS = 4

/**
 * A function that returns the operation planned for given condition values, or null where that cannot help. The planner
 * puts a whole fetch under the condition of one argument from a context, and drops an object whose fields are all
 * excluded. With literal values it does neither. `planAndCompile` may throw.
 */
export function createVariants(
  compiled: CompiledOperation,
  planAndCompile: (operation: Operation) => CompiledOperation | { uncompiled: string },
): CompiledOperation['variantFor'] {
  if (compiled.primary || !(compiled.hasContexts || compiled.unplannedFields.length)) return null
  const { operation, supergraph } = compiled
  const names = conditionVariablesIn(operation)
  if (names.length === 0 || names.length > MAX_CONDITIONS) return null
  const known = new Map<string, CompiledOperation>()
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const variant = () => planAndCompile(normalForm(supergraph.clientSchema, withValues(operation, variables)))
    const found = known.get(key) ?? compileVariant(compiled, variant)
    known.set(key, found)
    return found
  }
}

/** If a variant cannot be compiled, the original is used, with its errors. */
function compileVariant(
  compiled: CompiledOperation,
  planAndCompile: () => CompiledOperation | { uncompiled: string },
): CompiledOperation {
  try {
    const variant = planAndCompile()
    return 'uncompiled' in variant ? compiled : variant
  } catch {
    return compiled
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
