import { TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Operation } from '../operation.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { type RestrictedOperation, removeRefused } from './remove-refused.ts'
import type { Rights } from './rights.ts'

/** The part of an operation that a caller with these rights may run; null: all of it. */
export type Restrict = (operation: Operation, rights: Rights) => RestrictedOperation | null

/** Callers of one operation have few different rights. Beyond this number, variants are computed again. */
const MAX_VARIANTS = 32

/**
 * Makes a function that restricts operations. Results are kept as long as the operation. An operation
 * without guarded fields costs one look-up.
 */
export function createRestrict({ clientSchema, requirements }: Supergraph): Restrict {
  const byOperation = new WeakMap<Operation, Known>()

  return (operation, rights) => {
    if (requirements.byCoordinate.size === 0) return null
    const known = byOperation.get(operation) ?? {
      guarded: guardedIn(operation),
      variants: leastRecentlyUsed(MAX_VARIANTS),
    }
    byOperation.set(operation, known)
    if (known.guarded.every(rights.allows)) return null
    const variant = known.variants.get(rights.key)
    if (variant) return variant
    const restricted = removeRefused(clientSchema, operation, rights)
    known.variants.set(rights.key, restricted)
    return restricted
  }

  function guardedIn(operation: Operation): string[] {
    const found = new Set<string>()
    const types = new TypeInfo(clientSchema)
    const collectGuarded = {
      Field: ({ name }: { name: { value: string } }) => {
        const coordinate = `${types.getParentType()?.name}.${name.value}`
        if (requirements.byCoordinate.has(coordinate)) found.add(coordinate)
      },
    }
    visit(operation, visitWithTypeInfo(types, collectGuarded))
    return [...found]
  }
}

type Known = {
  guarded: string[]
  variants: ReturnType<typeof leastRecentlyUsed<RestrictedOperation>>
}
