import { leastRecentlyUsed } from './least-recently-used.ts'

/** How much each client may use; in requests, or in other work that costs as much as so many requests. */
export type RateLimit = {
  /** Counts a request of the client. Returns 0 if it is allowed, or the milliseconds to wait before retrying. */
  take(client: string): number
  /** Counts `amount` that the client has used already, even if it owes something afterwards: then it has to wait. */
  charge(client: string, amount: number): void
  /** The milliseconds until the client owes nothing. */
  owes(client: string): number
}

/** Clients whose buckets are kept. A client whose bucket was evicted starts again with a full one. */
const MAX_BUCKETS = 100_000

/** A token bucket for each client: `perSecond` in the long run, and `burst` at once. `now` is in milliseconds. */
export function createRateLimit(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
): RateLimit {
  const buckets = leastRecentlyUsed<{ tokens: number; at: number }>(MAX_BUCKETS)

  const bucketOf = (client: string) => {
    const at = now()
    const known = buckets.get(client)
    const bucket = known ?? { tokens: burst, at }
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) * perSecond) / 1_000)
    bucket.at = at
    if (!known) buckets.set(client, bucket)
    return bucket
  }
  const msUntil = (tokens: number, missing: number) => Math.ceil(((missing - tokens) * 1_000) / perSecond)

  return {
    take: (client) => {
      const bucket = bucketOf(client)
      if (bucket.tokens < 1) return msUntil(bucket.tokens, 1)
      bucket.tokens -= 1
      return 0
    },
    charge: (client, amount) => {
      bucketOf(client).tokens -= amount
    },
    owes: (client) => Math.max(0, msUntil(bucketOf(client).tokens, 0)),
  }
}
