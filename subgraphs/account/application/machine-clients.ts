import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isId } from '../../../chassis/ids.ts'
import { line } from '../../../chassis/inputs.ts'
import { tokensFrom } from '../domain/revocation.ts'
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

/** Ids that no client may have, each with the reason. An audience is a URI, which has a colon, so no id can be one. */
const RESERVED: Record<string, string> = {
  account: 'the pages about oneself are it',
  development: 'it is the app of whoever develops one, who may be called back anywhere on their machine',
  demo: 'the demo users get their tokens through it',
  'demo-machine': 'it is the demo machine client, whose secret is set at every start in development',
  'flower-delivery': 'it was the audience of our tokens, and somebody may still accept it as that',
  ...Object.fromEntries(
    ['admin', 'anonymous', 'issuer', 'nobody', 'operator', 'root', 'router', 'system'].map((id) => [
      id,
      'whoever reads it in a log would take it for somebody else',
    ]),
  ),
}

/** Why a machine client or an app cannot have this id; null if it can. */
export function idProblem(id: string): string | null {
  if (!/^[a-z][a-z0-9-]{2,49}$/.test(id)) {
    return 'A client id is 3 to 50 of a-z, 0-9 and "-", and begins with a letter.'
  }
  if (isId(id)) return 'A client id must not look like the id of a user.'
  const reason = Object.hasOwn(RESERVED, id) ? RESERVED[id] : null
  return reason ? `The id ${id} is reserved: ${reason}.` : null
}

const nameInput = line('The name', 100)

/** Why a machine client or an app cannot have this name, with which the provider would refuse it; null if it can. */
export const nameProblem = (name: string): string | null => nameInput.safeParse(name).error?.issues[0]?.message ?? null

/**
 * Registers a machine client and returns its secret, which nobody can read again; or what is wrong with the request. A client
 * that exists is replaced only if that is asked for: it gets a new secret, and its tokens end.
 */
export async function registerClient(
  clients: MachineClients,
  { replace = false, ...request }: { id: string; name: string; scopes: string[]; replace?: boolean },
  now: number,
): Promise<{ secret: string } | { problem: string }> {
  const problem = idProblem(request.id) ?? nameProblem(request.name)
  if (problem) return { problem }
  const unknown = request.scopes.filter((scope) => !machineScopes.includes(scope))
  if (unknown.length > 0) {
    return { problem: `No such scope: ${unknown.join(', ')}. There are: ${machineScopes.join(', ')}.` }
  }
  const secret = randomBytes(32).toString('base64url')
  const client = { ...request, secretHash: hashSecret(secret) }
  if (replace) {
    if (!(await clients.find(request.id))) return { problem: `There is no client ${request.id} to replace.` }
    await clients.keep(client, tokensFrom(now))
  } else if (!(await clients.add(client))) {
    return {
      problem: `There is a client ${request.id} already (or an app). With --replace it gets this name, these scopes and a new secret.`,
    }
  }
  return { secret }
}

/** Removes a machine client, whatever its id; its tokens end. */
export async function removeClient(
  clients: MachineClients,
  id: string,
  now: number,
): Promise<{ done: string } | { problem: string }> {
  if (!(await clients.remove(id, tokensFrom(now)))) return { problem: `There is no client ${id}.` }
  return { done: `${id} gets no more tokens, and those it has are refused at every router within a minute.` }
}
