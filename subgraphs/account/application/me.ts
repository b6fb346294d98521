import { z } from 'zod'
import { type InvalidInput, invalidInput, type NotFound, notFound } from '../../../chassis/failures.ts'
import { line, opaque, phone, postalCode, readInput, text } from '../../../chassis/inputs.ts'
import { MOST_ADDRESSES } from '../domain/address.ts'
import { tokensFrom } from '../domain/revocation.ts'
import type { User } from '../domain/user.ts'
import { phoneIn } from './phone.ts'
import type { AccountPorts } from './ports.ts'

type Ports = Pick<AccountPorts, 'users' | 'addresses'>

export type MePayload = { type: 'MePayload'; me: User }
export type TooManyAddresses = { type: 'TooManyAddresses'; message: string }
export type ErasedPayload = { type: 'ErasedPayload'; erased: boolean }

/** Nobody is signed in by the name that an erased person has. */
const gone = notFound('user')

const nameInput = z.object({ name: line('The name', 100) })

/** Changes a person's own name. */
export async function changeName(
  ports: Ports,
  id: string,
  input: unknown,
): Promise<MePayload | NotFound | InvalidInput> {
  const read = readInput(nameInput, input)
  if ('failure' in read) return read.failure
  await ports.users.rename(id, read.value.name)
  return me(ports, id)
}

const addressKey = opaque('The key of the address', 100)
const addressInput = z.object({
  addressKey,
  label: line('The label', 50),
  name: line("The recipient's name", 100),
  phone: phone("The recipient's phone number"),
  address: text('The address', 500),
  postalCode: postalCode.transform((code) => code ?? null),
})

/** Keeps an address, or replaces the one that has its key; so it may come any number of times. */
export async function saveAddress(
  ports: Ports,
  id: string,
  input: unknown,
): Promise<MePayload | TooManyAddresses | NotFound | InvalidInput> {
  const read = readInput(addressInput, input)
  if ('failure' in read) return read.failure
  const { addressKey: key, ...given } = read.value
  const outcome = await ports.addresses.save(id, { key, ...given }, MOST_ADDRESSES)
  if (outcome === 'full') {
    return { type: 'TooManyAddresses', message: `You keep ${MOST_ADDRESSES} addresses. Remove one first.` }
  }
  return outcome === 'gone' ? gone : me(ports, id)
}

/** Forgets an address; that it is not there is no problem, since it may have been removed by the same call before. */
export async function removeAddress(
  ports: Ports,
  id: string,
  input: unknown,
): Promise<MePayload | NotFound | InvalidInput> {
  const read = readInput(z.object({ addressKey }), input)
  if ('failure' in read) return read.failure
  await ports.addresses.remove(id, read.value.addressKey)
  return me(ports, id)
}

/**
 * Erases what is kept here of a person: name, phone, addresses, roles, sessions and refresh tokens, and ends their access tokens; all
 * or nothing. What stays is the id, by which orders go on to name somebody. Whoever is gone already is told the same.
 */
export async function eraseMe(
  { users }: Pick<AccountPorts, 'users'>,
  id: string,
  input: { confirmation: string },
  now: number,
): Promise<ErasedPayload | InvalidInput> {
  if (input.confirmation !== 'ERASE') {
    const message = 'The confirmation must be ERASE.'
    return invalidInput([{ path: ['confirmation'], message, code: 'NOT_ALLOWED' }])
  }
  await users.erase(id, now, tokensFrom(now))
  return { type: 'ErasedPayload', erased: true }
}

/** Everything that is kept here of a person, in words that an outsider understands; null if there is no such person. */
export async function exportOf({ users, addresses, state }: Ports & Pick<AccountPorts, 'state'>, id: string) {
  const user = (await users.byIds([id])).at(0)
  if (!user) return null
  const [signIns, asked, kept, signedOutAt, sessions] = await Promise.all([
    users.signInTimesOf(id),
    users.askedRoles(id),
    addresses.of([id]),
    users.signedOutAt(id),
    state.ofAccount('Session', id),
  ])
  return {
    id,
    name: user.name,
    roles: user.roles,
    phones: signIns.flatMap(({ signIn, since }) => {
      const phone = phoneIn(signIn)
      return phone ? { phone, since: since.toISOString() } : []
    }),
    rolesAskedFor: asked.map(({ role, askedAt }) => ({ role, askedAt: askedAt.toISOString() })),
    signedOutEverywhere: signedOutAt === null ? null : new Date(signedOutAt).toISOString(),
    browsers: sessions.map(({ loginTs, exp, authorizations }) => ({
      signedIn: timeOf(loginTs),
      until: timeOf(exp),
      apps: Object.keys(authorizations ?? {}),
    })),
    addresses: kept.get(id) ?? [],
  }
}

/** A time of the provider's, which are seconds since 1970. */
const timeOf = (seconds: unknown) => (typeof seconds === 'number' ? new Date(seconds * 1_000).toISOString() : null)

async function me({ users }: Ports, id: string): Promise<MePayload | NotFound> {
  const user = (await users.byIds([id])).at(0)
  return user ? { type: 'MePayload', me: user } : gone
}
