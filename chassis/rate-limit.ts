import { leastRecentlyUsed } from './least-recently-used.ts'

/** Counts a request of the client with this key. Returns 0 if it is allowed, or the milliseconds to wait before retrying. */
export type RateLimit = (client: string) => number

/** Clients whose buckets are kept. A client whose bucket was evicted starts again with a full one. */
const MAX_BUCKETS = 100_000

/** A token bucket for each client: `perSecond` requests in the long run, and `burst` at once. `now` is in milliseconds. */
export function createRateLimit(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
): RateLimit {
  const buckets = leastRecentlyUsed<{ tokens: number; at: number }>(MAX_BUCKETS)

  return (client) => {
    const at = now()
    const known = buckets.get(client)
    const bucket = known ?? { tokens: burst, at }
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) * perSecond) / 1_000)
    bucket.at = at
    if (!known) buckets.set(client, bucket)
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond)
    bucket.tokens -= 1
    return 0
  }
}
