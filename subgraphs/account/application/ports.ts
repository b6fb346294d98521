import type { JWK } from 'jose'
import type { Address } from '../domain/address.ts'
import type { Revocation } from '../domain/revocation.ts'
import type { Attempt, Limit } from '../domain/sign-in.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { AskedRole, Role, User } from '../domain/user.ts'

/** A program that gets tokens of its own (client_credentials). `scopes` is all it may ask for. */
export type MachineClient = { id: string; name: string; secretHash: string; scopes: string[] }

/** A program in which people sign in; it can keep no secret. The ids of machine clients and of these are one kind of name. */
export type App = { id: string; name: string; redirectUris: string[] }

export type Apps = {
  find(id: string): Promise<App | null>
  /** Makes the app; false if there is an app or a machine client with this id. */
  add(app: App): Promise<boolean>
  /** Replaces the name and addresses of an app that exists; false if there is none. */
  replace(app: App): Promise<boolean>
}

export type Users = {
  /** Those of the users that exist, in no order; one query. */
  byIds(ids: readonly string[]): Promise<User[]>
  bySignIn(identifier: string): Promise<User | null>
  /** Makes the user, or brings name and roles up to date; `signIn` leads to them from then on. */
  keep(user: User, signIn: string): Promise<void>
  /** Makes the user, whom `signIn` leads to; or returns the one whom it leads to already, e.g. from another tab. */
  signUp(user: User, signIn: string): Promise<User>
  /** What leads to the user, the oldest first. */
  signInsOf(id: string): Promise<string[]>
  /** The same, each with the time since when it leads to the user. */
  signInTimesOf(id: string): Promise<{ signIn: string; since: Date }[]>
  /** Asks for a role, if the user does not have it; any number of times. */
  askRole(id: string, role: AskedRole): Promise<void>
  /** The roles asked for and not decided yet, of one user or of all, oldest first; at most 1,000. */
  askedRoles(id?: string): Promise<{ userId: string; name: string; role: AskedRole; askedAt: Date }[]>
  /** Gives the role to a user who exists, and forgets that it was asked for; answers all roles. */
  giveRole(id: string, role: Role): Promise<Role[]>
  /** Forgets that the role was asked for; false if it was not. */
  refuseRole(id: string, role: AskedRole): Promise<boolean>
  /** Gives another name to a user who is not erased. */
  rename(id: string, name: string): Promise<void>
  /** Records that all that the user signed in before `now` (ms) is over; of two times the later one stays. */
  signOut(id: string, now: number): Promise<void>
  signedOutAt(id: string): Promise<number | null>
  /**
   * Erases a user in one transaction: all but the id, with sign-ins, addresses, asked roles, sessions and refresh tokens; and ends
   * the tokens issued before `before`. Says UserErased in it. Any number of times: it is said once.
   */
  erase(id: string, now: number, before: number): Promise<void>
  /** Takes roles from a user who exists, and ends the tokens issued before `before`; answers the roles that are left. */
  removeRoles(id: string, roles: readonly Role[], before: number): Promise<Role[]>
}

/** People's address books. */
export type Addresses = {
  /** Those of each of these users, by label; one query. */
  of(userIds: readonly string[]): Promise<Map<string, Address[]>>
  /** Keeps it, or replaces the one with its key. `full` if the user has `most` others, `gone` if there is no such user. */
  save(userId: string, address: Address, most: number): Promise<'saved' | 'full' | 'gone'>
  remove(userId: string, key: string): Promise<void>
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
  /**
   * Of two of the same subject, client or key, the later time stays. A client's grants, codes and refresh tokens issued before it are
   * deleted with it, all or nothing.
   */
  add(revocation: Revocation): Promise<void>
  /** From when on (in seconds since 1970) what is issued to a client is good; null if nothing was revoked lately. */
  ofClient(id: string): Promise<number | null>
  /**
   * Forgets those of subjects and clients whose time is before this second; those of keys stay. What a request under way has written
   * of a client after its revocation is deleted first.
   */
  sweep(before: number): Promise<void>
}

/** What the OpenID provider remembers between requests, by kind and id; times in seconds. */
export type ProviderState = {
  upsert(kind: string, id: string, payload: StatePayload, expiresIn: number | undefined): Promise<void>
  find(kind: string, by: 'id' | 'uid' | 'userCode', value: string): Promise<StatePayload | undefined>
  /** A session stays destroyed: another request that has read it before can not write it again. */
  destroy(kind: string, id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
  /** Marks it consumed, if it was not: only one of several callers gets true. */
  consumeOnce(kind: string, id: string): Promise<boolean>
  /** Those of a kind that have not expired, newest first; at most 50. */
  newest(kind: string): Promise<StatePayload[]>
  /** Those of a kind that are a user's and have not expired. */
  ofAccount(kind: string, accountId: string): Promise<StatePayload[]>
  /** Ends the sessions of a user, with their grants, codes and refresh tokens. */
  destroyOf(accountId: string): Promise<void>
  /** Forgets what has expired. */
  sweep(): Promise<void>
}

export type StatePayload = {
  grantId?: string
  uid?: string
  userCode?: string
  accountId?: string
  clientId?: string
  /** When it was issued, in seconds since 1970. */
  iat?: number
  consumed?: unknown
} & {
  [key: string]: unknown
}

/** What a person has to be sent: a code. `id` is the same when it is sent again. */
export type Message = { id: string; to: string; text: string }

/** A message of the sandbox, as developers read it. */
export type SentMessage = { to: string; text: string; at: number }

/** The way to people's phones. It answers `unknown` where it may have been sent and may not. */
export type Messages = { send(message: Message): Promise<'sent' | 'refused' | 'unknown'> }

/** People who are about to sign in. Times are in ms since 1970. */
export type Attempts = {
  find(id: string): Promise<Attempt | null>
  /** Begins the attempt, or begins it again with another number or code. */
  begin(attempt: {
    id: string
    phone: string
    codeHash: string
    codeExpiresAt: number
    expiresAt: number
  }): Promise<void>
  /** Counts a try, if the code still has one at `now`; answers the code's hash then, null otherwise. */
  countTry(id: string, now: number): Promise<string | null>
  /** Records that the code with this hash was given; it is used up. False if it was used or replaced before. */
  verify(id: string, codeHash: string): Promise<boolean>
  remove(id: string): Promise<void>
  sweep(now: number): Promise<void>
}

/** Limits that hold for all replicas together. `key` is no personal data. */
export type SharedLimits = {
  /** Counts one; 0, or the ms to wait, and then nothing was counted. */
  take(key: string, limit: Limit, now: number): Promise<number>
  /** Takes back one that was counted. */
  giveBack(key: string, limit: Limit): Promise<void>
  sweep(now: number): Promise<void>
}

export type AccountPorts = {
  users: Users
  addresses: Addresses
  clients: MachineClients
  apps: Apps
  attempts: Attempts
  limits: SharedLimits
  keys: SigningKeys
  revocations: Revocations
  state: ProviderState
}
