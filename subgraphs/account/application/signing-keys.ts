import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { tokensFrom } from '../domain/revocation.ts'
import { PUBLISHED_BEFORE_SIGNING_MS, publishedKeys, type SigningKey } from '../domain/signing-key.ts'
import type { SigningKeys } from './ports.ts'

/** RS256: every request is verified, few tokens are signed, and verifying is what RSA is quick at. */
export const SIGNING_ALGORITHM = 'RS256'

/** A new private key as a JWK, its `kid` the thumbprint of RFC 7638. */
export async function makeJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: SIGNING_ALGORITHM, use: 'sig' }
}

/** All keys; makes the first where there is none. Replicas that start together agree: only one generation 1 is kept. */
export async function ensureSigningKeys(keys: SigningKeys, now: number): Promise<SigningKey<JWK>[]> {
  const known = await keys.all()
  if (known.length > 0) return known
  await keys.add({ generation: 1, signsFrom: now, jwk: await makeJwk() })
  return keys.all()
}

/** Makes the next key: published by every replica within a minute, signing 15 minutes later (domain/signing-key.ts). */
export async function rotateKeys(keys: SigningKeys, now: number): Promise<void> {
  const known = await ensureSigningKeys(keys, now)
  const newest = Math.max(...known.map((key) => key.generation))
  await keys.add({ generation: newest + 1, signsFrom: now + PUBLISHED_BEFORE_SIGNING_MS, jwk: await makeJwk() })
}

/**
 * Withdraws a key that may be in other hands: its private part is deleted, and every token that it has signed, or that whoever has
 * it signs, is refused. If it signs now, the next key takes over at once, or a new one if there is no next.
 */
export async function withdrawKey(
  keys: SigningKeys,
  kid: string,
  now: number,
): Promise<{ done: string } | { problem: string }> {
  const known = await keys.all()
  const withdrawn = known.find((key) => key.jwk.kid === kid)
  if (!withdrawn) return { problem: `There is no key ${kid}. There are:\n${describeKeys(known, now)}` }
  const published = publishedKeys(known, now)
  const successor = published[0] === withdrawn ? await successorOf(withdrawn, known, now) : null
  // Retired keys go, too: with what came after them gone, they would be published again.
  const gone = known.filter((key) => key === withdrawn || !published.includes(key))
  await keys.withdraw({ kid, generations: gone.map((key) => key.generation) }, successor, tokensFrom(now))
  return {
    done: `The key is withdrawn. Tokens signed by it are refused at every router within a minute. Left are:\n${describeKeys(await keys.all(), now)}`,
  }
}

/** The key that signs from `now` on instead of `withdrawn`. An older one never does: it is retired. */
async function successorOf(
  { generation }: SigningKey,
  known: SigningKey<JWK>[],
  now: number,
): Promise<SigningKey<JWK>> {
  const next = known.filter((key) => key.generation > generation).toSorted((a, b) => a.generation - b.generation)[0]
  return { ...(next ?? { generation: generation + 1, jwk: await makeJwk() }), signsFrom: now }
}

/** The published keys, a line each: kid, and what it does. */
export function describeKeys(keys: SigningKey<JWK>[], now: number): string {
  const lines = publishedKeys(keys, now).map(({ jwk, signsFrom }, index) => {
    const signs = `signs from ${new Date(signsFrom).toISOString()}`
    return `${jwk.kid}  ${index === 0 ? 'signs' : signsFrom > now ? signs : 'signed until lately'}`
  })
  return lines.join('\n')
}
