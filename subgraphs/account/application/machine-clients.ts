import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MachineClients } from './ports.ts'

/** Every scope there is: none without a field that it opens (docs/language.md, "Who may read what"). */
export const machineScopes = ['payments:read']

/** Secrets are 256 random bits, so one plain hash keeps them as safe as a slow one would. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Whether `secret` is the one that was hashed; takes the same time either way. */
export function isSecret(secret: string, secretHash: string): boolean {
  const given = Buffer.from(hashSecret(secret))
  const kept = Buffer.from(secretHash)
  return given.length === kept.length && timingSafeEqual(given, kept)
}

/** Registers a machine client and returns its secret, which nobody can read again; or what is wrong with the request. */
export async function registerClient(
  clients: MachineClients,
  request: { id: string; name: string; scopes: string[] },
): Promise<{ secret: string } | { problem: string }> {
  if (!/^[a-z][a-z0-9-]{2,49}$/.test(request.id)) {
    return { problem: 'A client id is 3 to 50 of a-z, 0-9 and "-", and begins with a letter.' }
  }
  const unknown = request.scopes.filter((scope) => !machineScopes.includes(scope))
  if (unknown.length > 0) {
    return { problem: `No such scope: ${unknown.join(', ')}. There are: ${machineScopes.join(', ')}.` }
  }
  const secret = randomBytes(32).toString('base64url')
  await clients.keep({ ...request, secretHash: hashSecret(secret) })
  return { secret }
}
