/** One key that signs access tokens. `generation` counts from 1; `signsFrom` is in ms since 1970. */
export type SigningKey<Jwk = unknown> = { generation: number; signsFrom: number; jwk: Jwk }

/** How long an access token is good for at most, in seconds: a machine client's, or a demo user's of `npm run token`. */
export const TOKEN_LIFETIME_S = 3_600

/** How long a person's access token is good for, in seconds; their app has a refresh token. */
export const PERSON_TOKEN_LIFETIME_S = 600

/** A new key is published this long before it signs: whoever caches the key set has it by then. */
export const PUBLISHED_BEFORE_SIGNING_MS = 15 * 60_000

/** A key stays published until the last token it signed has expired, with room for clocks that differ. */
const PUBLISHED_AFTER_SIGNING_MS = TOKEN_LIFETIME_S * 1_000 + 5 * 60_000

/**
 * The keys to publish at `now`, the one that signs first: of those whose time has come, the newest. The others are a
 * newer key that does not sign yet, and older ones whose tokens are still about.
 */
export function publishedKeys<Jwk>(keys: SigningKey<Jwk>[], now: number): SigningKey<Jwk>[] {
  const newestFirst = keys.toSorted((a, b) => b.generation - a.generation)
  // A clock that is behind finds none: then the oldest, which everyone has known longest.
  const signing = newestFirst.find((key) => key.signsFrom <= now) ?? newestFirst.at(-1)
  const others = newestFirst.filter((key, index) => {
    const successor = newestFirst[index - 1]
    return key !== signing && (!successor || now < successor.signsFrom + PUBLISHED_AFTER_SIGNING_MS)
  })
  return signing ? [signing, ...others] : []
}
