import type { Claims } from '../../chassis/signed-context.ts'

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
  /** Over this time connections are ended when the process stops. */
  drainMs: number
}

/** Whom a connection counts for: a user, or without a token an address; and what that one has open now. */
export type Owner = { key: string; claims: Claims; connections: number; operations: number }

/** Why there is no room: the process has no more, or this owner has its share. */
export type NoRoom = 'process' | 'owner'

export type Owners = ReturnType<typeof createOwners>

/** Counts what users have open, and refuses what is beyond the limits. */
export function createOwners(limits: LiveLimits) {
  const owners = new Map<string, Owner>()
  let connections = 0

  const join = (claims: Claims, address: string): Owner | null => {
    const key = claims ? `user ${claims.sub}` : `address ${address}`
    const owner = owners.get(key) ?? { key, claims, connections: 0, operations: 0 }
    if (owner.connections >= (claims ? limits.connectionsPerUser : limits.connectionsPerAddress)) return null
    owner.connections += 1
    owners.set(key, owner)
    return owner
  }
  const part = (owner: Owner) => {
    owner.connections -= 1
    if (owner.connections === 0) owners.delete(owner.key)
  }

  return {
    /** One more connection; `leave` gives it back. */
    enter(claims: Claims, address: string): Owner | NoRoom {
      if (connections >= limits.connections) return 'process'
      const owner = join(claims, address)
      if (!owner) return 'owner'
      connections += 1
      return owner
    },
    leave(owner: Owner): void {
      connections -= 1
      part(owner)
    },
    /** A connection of an address has shown whose it is. Null where that user has its share: then nothing changes. */
    move(from: Owner, claims: NonNullable<Claims>): Owner | null {
      const owner = join(claims, '')
      if (owner) part(from)
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
