import { leastRecentlyUsed } from '../least-recently-used.ts'

/** Asks whether this client may go on: 0, or after how many ms it may. */
export type RateLimit = (client: string) => number

/** Of more clients than this the one not heard of for longest begins anew with a full bucket. */
const CLIENTS = 100_000

/** Each client may ask `perSecond` times in the long run, and `burst` times at once (a token bucket). */
export function createRateLimit(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
): RateLimit {
  const buckets = leastRecentlyUsed<{ left: number; at: number }>(CLIENTS)

  return (client) => {
    const at = now()
    const known = buckets.get(client)
    const bucket = known ?? { left: burst, at }
    bucket.left = Math.min(burst, bucket.left + ((at - bucket.at) * perSecond) / 1_000)
    bucket.at = at
    if (!known) buckets.set(client, bucket)
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1_000) / perSecond)
    bucket.left -= 1
    return 0
  }
}
