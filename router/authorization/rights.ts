import { TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import { code } from '../errors.ts'
import type { Operation, Rights } from '../operation.ts'
import { type AuthRequirements, describeRequirements, isMet } from '../supergraph/auth-requirements.ts'
import type { Supergraph } from '../supergraph/load.ts'

const MAX_KEPT = 1_000

/** Makes a function that returns a caller's rights in this supergraph, the same object for the same key. */
export function createRights({ all, byCoordinate }: AuthRequirements): (claims: Claims) => Rights {
  const kept = leastRecentlyUsed<Rights>(MAX_KEPT)

  return (claims) => {
    const met = all.map((need) => isMet(need, claims))
    const anonymous = claims === null
    const key = all.length ? `${anonymous ? '-' : '+'}${met.map(Number).join('')}` : ''
    const known = kept.get(key)
    if (known) return known
    const unmetAt = (coordinate: string) => byCoordinate.get(coordinate)?.filter((index) => !met[index]) ?? []
    const rights: Rights = {
      key,
      allows: (coordinate) => unmetAt(coordinate).length === 0,
      refusal: (coordinate) => {
        const unmet = unmetAt(coordinate).flatMap((index) => all[index] ?? [])
        return {
          message: `${coordinate} needs ${describeRequirements(unmet, anonymous)}.`,
          code: anonymous ? code.unauthenticated : code.forbidden,
          coordinate,
        }
      },
    }
    kept.set(key, rights)
    return rights
  }
}

/** The rights of a caller who may not have all of an operation; null: everything is allowed. */
export type RestrictedRights = (operation: Operation, claims: Claims) => Rights | null

/** Makes that function for one supergraph. Beside the rights it costs one look-up if nothing in the operation is guarded. */
export function createRestrictedRights({ clientSchema, requirements }: Supergraph): RestrictedRights {
  const rightsOf = createRights(requirements)
  const known = new WeakMap<Operation, string[]>()

  return (operation, claims) => {
    if (requirements.byCoordinate.size === 0) return null
    const guarded = known.get(operation) ?? guardedIn(operation)
    known.set(operation, guarded)
    if (guarded.length === 0) return null
    const rights = rightsOf(claims)
    return guarded.every(rights.allows) ? null : rights
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
