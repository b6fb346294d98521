import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import { code } from '../errors.ts'
import { type AuthRequirements, describeRequirements, isMet } from '../supergraph/auth-requirements.ts'

/**
 * Which fields a caller may select. Callers with the same `key` have the same rights and get the same messages, so
 * caches can use it. There are as many keys as sets of requirements that callers meet.
 */
export type Rights = {
  key: string
  allows: (coordinate: string) => boolean
  /** Why a field is refused, for the client. Call it for a coordinate that is not allowed only. */
  refusal: (coordinate: string) => { message: string; code: string }
}

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
        }
      },
    }
    kept.set(key, rights)
    return rights
  }
}
