import type { JWK } from 'jose'
import type { Revocation } from '../domain/revocation.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Role, User } from '../domain/user.ts'

/** A program that gets tokens of its own (client_credentials). `scopes` is all it may ask for. */
export type MachineClient = { id: string; name: string; secretHash: string; scopes: string[] }

export type Users = {
  /** Those of the users that exist, in no order; one query. */
  byIds(ids: readonly string[]): Promise<User[]>
  bySignIn(identifier: string): Promise<User | null>
  /** Makes the user, or brings name and roles up to date; `signIn` leads to them from then on. */
  keep(user: User, signIn: string): Promise<void>
  /** Takes roles from a user who exists, and ends the tokens issued before `before`; answers the roles that are left. */
  removeRoles(id: string, roles: readonly Role[], before: number): Promise<Role[]>
}

export type MachineClients = {
  find(id: string): Promise<MachineClient | null>
  /** Makes the client; false if there is one with this id. */
  add(client: MachineClient): Promise<boolean>
  /** Makes the client, or replaces its name, secret and scopes. With `before`, its tokens issued before that end. */
  keep(client: MachineClient, before?: number): Promise<void>
  /** Removes the client and ends its tokens issued before `before`; false if there is none. */
  remove(id: string, before: number): Promise<boolean>
}

/** Private keys, kept sealed; `add` does nothing where the generation is there already: another replica was first. */
export type SigningKeys = {
  all(): Promise<SigningKey<JWK>[]>
  add(key: SigningKey<JWK>): Promise<void>
  /**
   * Withdraws the key `kid` for ever: removes these generations, of which it is one, and keeps `successor`, new or with
   * another time.
   */
  withdraw(
    key: { kid: string; generations: readonly number[] },
    successor: SigningKey<JWK> | null,
    before: number,
  ): Promise<void>
}

export type Revocations = {
  /** By kind and id. */
  all(): Promise<Revocation[]>
  /** Of two of the same subject, client or key, the later time stays. */
  add(revocation: Revocation): Promise<void>
  /** Forgets those of subjects and clients whose time is before this second; those of keys stay. */
  sweep(before: number): Promise<void>
}

/** What the OpenID provider remembers between requests, by kind and id; times in seconds. */
export type ProviderState = {
  upsert(kind: string, id: string, payload: StatePayload, expiresIn: number | undefined): Promise<void>
  find(kind: string, by: 'id' | 'uid' | 'userCode', value: string): Promise<StatePayload | undefined>
  consume(kind: string, id: string): Promise<void>
  destroy(kind: string, id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
  /** Forgets what has expired. */
  sweep(): Promise<void>
}

export type StatePayload = { grantId?: string; uid?: string; userCode?: string; consumed?: unknown } & {
  [key: string]: unknown
}

export type AccountPorts = {
  users: Users
  clients: MachineClients
  keys: SigningKeys
  revocations: Revocations
  state: ProviderState
}
