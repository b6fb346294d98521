import type { JWK } from 'jose'
import type { SigningKey } from '../domain/signing-key.ts'
import type { User } from '../domain/user.ts'

/** A program that gets tokens of its own (client_credentials). `scopes` is all it may ask for. */
export type MachineClient = { id: string; name: string; secretHash: string; scopes: string[] }

export type Users = {
  /** Those of the users that exist, in no order; one query. */
  byIds(ids: readonly string[]): Promise<User[]>
  bySignIn(identifier: string): Promise<User | null>
  /** Makes the user, or brings name and roles up to date; `signIn` leads to them from then on. */
  keep(user: User, signIn: string): Promise<void>
}

export type MachineClients = {
  find(id: string): Promise<MachineClient | null>
  /** Makes the client, or replaces its name, secret and scopes. */
  keep(client: MachineClient): Promise<void>
}

/** Private keys, kept sealed; `add` does nothing where the generation is there already: another replica was first. */
export type SigningKeys = {
  all(): Promise<SigningKey<JWK>[]>
  add(key: SigningKey<JWK>): Promise<void>
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

export type AccountPorts = { users: Users; clients: MachineClients; keys: SigningKeys; state: ProviderState }
