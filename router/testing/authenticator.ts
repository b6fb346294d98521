import { jest } from '@jest/globals'
import { pino } from 'pino'
import { createAuthenticator } from '../identity/authenticate.ts'
import { followRevocations } from '../identity/revocations.ts'

const log = pino({ level: 'silent' })

/** An authenticator without rate limit and revocations, for clients at one address. */
export const create = (options: Partial<Parameters<typeof createAuthenticator>[0]>, address = '192.0.2.1') => {
  const authenticate = createAuthenticator({
    issuers: [],
    audience: undefined,
    revocations: followRevocations([], 20_000, log),
    rateLimit: { take: () => 0 },
    log,
    ...options,
  })
  return (authorization: string | undefined) => authenticate(authorization, () => address)
}

/** One that trusts an issuer. */
export const authenticator = (issuer: string, audience?: string) => create({ issuers: [{ issuer }], audience })

/** Lets time pass; `jest.restoreAllMocks` ends that. */
export const later = (ms: number): void => {
  const now = Date.now() + ms
  jest.spyOn(Date, 'now').mockImplementation(() => now)
}
