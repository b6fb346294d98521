import type { Claims } from '../../../chassis/signed-context.ts'
import { countsFor } from '../../identity/address.ts'

/** What clients of live connections may have of this process. */
export type LiveLimits = {
  connections: number
  connectionsPerUser: number
  /** Of those that have shown no token (yet). */
  connectionsPerAddress: number
  operationsPerConnection: number
  /** Under way at the same time, on all connections of a user (or of an address, without a token). */
  operationsPerUser: number
  messagesPerSecond: number
  messageBytes: number
  /** Bytes that a client has not taken yet; beyond them nothing new is made for it. */
  waitingBytes: number
  /** Bytes of what is sent beyond those, to all connections of a user or address, and is not taken. */
  untakenBytes: number
  /** Over this time connections are ended when the process stops. */
  drainMs: number
}

/**
 * Whom a connection counts for: a user, or without a token an address; and what that one has open now. Those that have yet
 * to say who they are count for their address apart.
 */
export type Owner = {
  key: string
  claims: Claims
  isStranger: boolean
  connections: number
  operations: number
  /** Bytes of what was sent to it while it had more than `waitingBytes` waiting, and has not been taken. */
  untaken: number
}

/** Why there is no room: the process has no more, or this owner has its share. */
export type NoRoom = 'process' | 'owner'

export type Owners = ReturnType<typeof createOwners>

/** Counts what users have open, and refuses what is beyond the limits. */
export function createOwners(limits: LiveLimits) {
  const owners = new Map<string, Owner>()
  /** Whoever has no token may be anybody: they leave room for the others. */
  const mostStrangers = Math.ceil(limits.connections / 2)
  let connections = 0
  let strangers = 0

  const join = (key: string, claims: Claims, isStranger: boolean): Owner | NoRoom => {
    const nobody = { key, claims, isStranger, connections: 0, operations: 0, untaken: 0 }
    const owner = owners.get(key) ?? nobody
    if (isStranger && strangers >= mostStrangers) return 'process'
    if (owner.connections >= (claims ? limits.connectionsPerUser : limits.connectionsPerAddress)) return 'owner'
    if (isStranger) strangers += 1
    owner.connections += 1
    owners.set(key, owner)
    return owner
  }
  const joinAs = (claims: Claims, address: string) =>
    join(
      countsFor(claims, () => address),
      claims,
      claims === null,
    )
  const part = (owner: Owner) => {
    if (owner.isStranger) strangers -= 1
    owner.connections -= 1
    if (owner.connections === 0) owners.delete(owner.key)
  }
  const counted = (owner: Owner | NoRoom) => {
    if (typeof owner !== 'string') connections += 1
    return owner
  }
  const isFull = () => connections >= limits.connections

  return {
    /** One more connection; `leave` gives it back. */
    enter: (claims: Claims, address: string): Owner | NoRoom =>
      isFull() ? 'process' : counted(joinAs(claims, address)),
    /** One more connection of which is not known whose it is; `introduced` tells that, `leave` gives it back. */
    enterUnknown: (address: string): Owner | NoRoom =>
      isFull() ? 'process' : counted(join(`unknown ${address}`, null, false)),
    leave(owner: Owner): void {
      connections -= 1
      part(owner)
    },
    /** A connection has shown whose it is: its owner from now on. Where there is no room for it, nothing changes. */
    introduced(from: Owner, claims: Claims, address: string): Owner | NoRoom {
      const owner = joinAs(claims, address)
      if (typeof owner !== 'string') part(from)
      return owner
    },
    /** One more operation under way; `end` gives it back. */
    begin(owner: Owner): boolean {
      if (owner.operations >= limits.operationsPerUser) return false
      owner.operations += 1
      return true
    },
    end(owner: Owner): void {
      owner.operations -= 1
    },
    /** So many bytes will wait until they are taken; false where too many do already. `taken` gives them back. */
    hold(owner: Owner, bytes: number): boolean {
      if (owner.untaken > limits.untakenBytes) return false
      owner.untaken += bytes
      return true
    },
    taken(owner: Owner, bytes: number): void {
      owner.untaken -= bytes
    },
    /** What is open now, of all. */
    count: () => ({
      connections,
      owners: owners.size,
      operations: owners.values().reduce((sum, owner) => sum + owner.operations, 0),
    }),
  }
}

/** The claims as the owner already holds them, where they are the same: they are kept once for all its connections. */
export const sharedClaims = (owner: Owner, claims: Claims): Claims =>
  JSON.stringify(owner.claims) === JSON.stringify(claims) ? owner.claims : claims
