import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { Json } from '../selection/json.ts'

/** Each further condition doubles the number of plans that may be kept for one operation. */
const MAX_CONDITIONS = 4

/**
 * A function that returns the operation planned for given condition values, or null where that cannot help. The planner
 * puts a whole fetch under the condition of one argument from a context, and drops an object whose fields are all
 * excluded. With literal values it does neither. `prepare` plans and compiles a document; it may throw.
 */
export function createVariants(
  compiled: CompiledOperation,
  document: DocumentNode,
  planAndCompile: (document: DocumentNode) => CompiledOperation | { uncompiled: string },
): CompiledOperation['variantFor'] {
  if (compiled.primary || !(compiled.hasContexts || compiled.unplannedFields.length)) return null
  const names = conditionVariablesIn(document)
  if (names.length === 0 || names.length > MAX_CONDITIONS) return null
  const known = new Map<string, CompiledOperation>()
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const found = known.get(key) ?? compileVariant(compiled, () => planAndCompile(withValues(document, variables)))
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

function conditionVariablesIn(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: (node) => {
      const variable = conditionVariable(node)
      if (variable) names.add(variable)
    },
  })
  return [...names]
}

const withValues = (document: DocumentNode, variables: Json): DocumentNode =>
  visit(document, {
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
