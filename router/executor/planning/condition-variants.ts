import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql'
import type { CompiledOperation } from '../compile/compile-plan.ts'
import type { Json } from '../selection/json.ts'

/** So many conditions are tried: each one more doubles the plans that may be kept for one operation. */
const MAX_CONDITIONS = 4

/**
 * How an operation is prepared once the values of its conditions are known; null: as it is. The planner puts a whole fetch
 * under the condition of what one argument of it takes from the context, and forgets an object all of whose fields are
 * left out. Given the values, it does neither. `prepare` plans and compiles a document; may throw.
 */
export function createVariants(
  compiled: CompiledOperation,
  document: DocumentNode,
  prepare: (document: DocumentNode) => CompiledOperation | { uncompiled: string },
): CompiledOperation['variantFor'] {
  if (compiled.primary || !(compiled.hasContexts || compiled.unplannedFields.length)) return null
  const names = conditionVariablesIn(document)
  if (names.length === 0 || names.length > MAX_CONDITIONS) return null
  const known = new Map<string, CompiledOperation>()
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const found = known.get(key) ?? compileVariant(compiled, () => prepare(withValues(document, variables)))
    known.set(key, found)
    return found
  }
}

/** What cannot be prepared so stays as it is, with its errors. */
function compileVariant(
  compiled: CompiledOperation,
  prepare: () => CompiledOperation | { uncompiled: string },
): CompiledOperation {
  try {
    const variant = prepare()
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

/** The variable on which `@skip` or `@include` depends. */
function conditionVariable({ name, arguments: given }: DirectiveNode): string | undefined {
  if (name.value !== 'skip' && name.value !== 'include') return undefined
  const value = given?.find((each) => each.name.value === 'if')?.value
  return value?.kind === Kind.VARIABLE ? value.name.value : undefined
}
