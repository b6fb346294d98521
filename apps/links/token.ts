import type { Token } from './live-client.ts'

/** Seconds before its end from which on a token is not used for a new request. */
const MARGIN_S = 30

/**
 * Keeps an access token until shortly before it ends, and fetches the next one then, or when the last was refused. Requests
 * at the same time share one fetch. `fetchToken` is the app's way to its issuer; `expiresIn` is in seconds.
 */
export function keepToken(fetchToken: () => Promise<{ token: string; expiresIn: number } | null>): Token {
  let kept: { token: string; until: number } | null = null
  let fetching: Promise<string | null> | null = null
  const fetchNext = async () => {
    const next = await fetchToken()
    kept = next && { token: next.token, until: Date.now() + (next.expiresIn - MARGIN_S) * 1_000 }
    return next?.token ?? null
  }
  return (isRefused) => {
    if (isRefused) kept = null
    if (kept && kept.until > Date.now()) return Promise.resolve(kept.token)
    fetching ??= fetchNext().finally(() => {
      fetching = null
    })
    return fetching
  }
}
