import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { PUBLISHED_BEFORE_SIGNING_MS, type SigningKey } from '../domain/signing-key.ts'
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
