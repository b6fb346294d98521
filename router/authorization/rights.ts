import type { Claims } from '../../chassis/signed-context.ts'
import { code } from '../errors.ts'
import { leastRecentlyUsed } from '../least-recently-used.ts'
import { type AuthRequirements, describeRequirements, isMet } from '../supergraph/auth-requirements.ts'

/**
 * What a caller may ask for. Callers with the same `key` may ask for the same and are refused in the same words, so
 * caches can be keyed by it; there are as few keys as there are sets of needs that callers meet.
 */
export type Rights = {
  key: string
  allows: (coordinate: string) => boolean
  /** Why a field is refused, for the client; the coordinate must be one that is not allowed. */
  refusal: (coordinate: string) => { message: string; code: string }
}

const MAX_KEPT = 1_000

/** Makes the function that tells a caller's rights in this supergraph; the same object for the same key. */
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
        }
      },
    }
    kept.set(key, rights)
    return rights
  }
}
