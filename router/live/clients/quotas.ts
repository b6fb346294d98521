import { quotaKey } from '../../../chassis/client-address.ts'
import type { Claims } from '../../../chassis/signed-context.ts'

/** Limits for live connections; each is the setting LIVE_… of that name. */
export type LiveLimits = {
  connections: number
  connectionsPerUser: number
  /** Of connections without a token, and as many again that have not sent `connection_init` yet. */
  connectionsPerAddress: number
  operationsPerConnection: number
  /** On all connections of a user, or of an address without a token. */
  operationsPerUser: number
  /** From one connection; on average over five seconds also from all connections of a user or address. */
  messagesPerSecond: number
  messageBytes: number
  /** Unsent bytes of one connection. Above this its subscriptions wait. */
  waitingBytes: number
  /** Unsent bytes above `waitingBytes`, on all connections of a user or address. */
  untakenBytes: number
  /** Milliseconds over which connections are closed when the process stops. */
  drainMs: number
}

/**
 * The usage of one client: a user, or an address for connections without a token. Connections that have not sent
 * `connection_init` have a quota of their own for each address.
 */
export type Quota = {
  key: string
  claims: Claims
  isAnonymous: boolean
  connections: number
  operations: number
  /** Unsent bytes of messages that were sent while a connection had more than `waitingBytes` unsent. */
  untakenBytes: number
  /** Messages since `windowStartedAt`, on all connections. */
  messages: number
  windowStartedAt: number
}

/** Clients that reconnect at once send several messages each, so messages of a quota are counted over more than a second. */
const WINDOW_S = 5

/** Which limit is reached: that of the process, or that of one client. */
export type QuotaExceeded = 'process' | 'client'

export type Quotas = ReturnType<typeof createQuotas>

/** The keys of connections before their token is known begin with it, in place of `address`. */
const UNIDENTIFIED = 'unknown'

type QuotaOptions = { now?: () => number; onLimit?: ((client: string, limit: string) => void) | undefined }

/**
 * Counts the connections, operations, messages and unsent bytes of each client, and refuses what exceeds the limits. `now` is in
 * milliseconds. `onLimit` is called with the user or address that is refused something, and the setting that says so.
 */
export function createQuotas(
  limits: LiveLimits,
  { now = () => performance.now(), onLimit = () => {} }: QuotaOptions = {},
) {
  const quotas = new Map<string, Quota>()
  /** Anonymous connections use at most half of all, so that users with a token can always connect. */
  const maxAnonymous = Math.ceil(limits.connections / 2)
  let connections = 0
  let anonymous = 0

  const add = (key: string, claims: Claims, isAnonymous: boolean): Quota | QuotaExceeded => {
    const quota = quotas.get(key) ?? unusedQuota(key, claims, isAnonymous)
    if (isAnonymous && anonymous >= maxAnonymous) return 'process'
    if (quota.connections >= (claims ? limits.connectionsPerUser : limits.connectionsPerAddress)) {
      onLimit(
        key.replace(UNIDENTIFIED, 'address'),
        claims ? 'LIVE_CONNECTIONS_PER_USER' : 'LIVE_CONNECTIONS_PER_ADDRESS',
      )
      return 'client'
    }
    if (isAnonymous) anonymous += 1
    quota.connections += 1
    quotas.set(key, quota)
    return quota
  }
  const addIdentified = (claims: Claims, address: string) =>
    add(
      quotaKey(claims, () => address),
      claims,
      claims === null,
    )
  const remove = (quota: Quota) => {
    if (quota.isAnonymous) anonymous -= 1
    quota.connections -= 1
    if (quota.connections === 0) quotas.delete(quota.key)
  }
  const counted = (quota: Quota | QuotaExceeded) => {
    if (typeof quota !== 'string') connections += 1
    return quota
  }
  const isFull = () => connections >= limits.connections

  return {
    /** Counts a connection until `removeConnection`. */
    addConnection: (claims: Claims, address: string): Quota | QuotaExceeded =>
      isFull() ? 'process' : counted(addIdentified(claims, address)),
    /** Counts a connection before its token is known, until `identifyConnection` or `removeConnection`. */
    addUnidentifiedConnection: (address: string): Quota | QuotaExceeded =>
      isFull() ? 'process' : counted(add(`${UNIDENTIFIED} ${address}`, null, false)),
    removeConnection(quota: Quota): void {
      connections -= 1
      remove(quota)
    },
    /** Moves a connection to the quota of its user or address. If that is full, nothing changes. */
    identifyConnection(from: Quota, claims: Claims, address: string): Quota | QuotaExceeded {
      const quota = addIdentified(claims, address)
      if (typeof quota !== 'string') remove(from)
      return quota
    },
    /** Counts an operation until `endOperation`; false if the client has too many. */
    startOperation(quota: Quota): boolean {
      if (quota.operations >= limits.operationsPerUser) {
        onLimit(quota.key, 'LIVE_OPERATIONS_PER_USER')
        return false
      }
      quota.operations += 1
      return true
    },
    endOperation(quota: Quota): void {
      quota.operations -= 1
    },
    /** Counts a message; false if the client has sent too many on all its connections. */
    countMessage(quota: Quota): boolean {
      const at = now()
      if (at - quota.windowStartedAt >= WINDOW_S * 1_000) {
        quota.windowStartedAt = at
        quota.messages = 0
      }
      quota.messages += 1
      if (quota.messages <= WINDOW_S * limits.messagesPerSecond) return true
      onLimit(quota.key.replace(UNIDENTIFIED, 'address'), 'LIVE_MESSAGES_PER_SECOND')
      return false
    },
    /** Counts unsent bytes until `releaseBytes`; false if the client has too many. */
    holdBytes(quota: Quota, bytes: number): boolean {
      if (quota.untakenBytes > limits.untakenBytes) {
        onLimit(quota.key, 'LIVE_UNTAKEN_BYTES')
        return false
      }
      quota.untakenBytes += bytes
      return true
    },
    releaseBytes(quota: Quota, bytes: number): void {
      quota.untakenBytes -= bytes
    },
    /** The current totals; `clients` are users and addresses. */
    count: () => ({
      connections,
      clients: quotas.size,
      operations: quotas.values().reduce((sum, quota) => sum + quota.operations, 0),
    }),
  }
}

const unusedQuota = (key: string, claims: Claims, isAnonymous: boolean): Quota => ({
  key,
  claims,
  isAnonymous,
  connections: 0,
  operations: 0,
  untakenBytes: 0,
  messages: 0,
  windowStartedAt: Number.NEGATIVE_INFINITY,
})

/** Returns the quota's own claims if these are equal, so that they are held once for all connections of a user. */
export const sharedClaims = (quota: Quota, claims: Claims): Claims =>
  JSON.stringify(quota.claims) === JSON.stringify(claims) ? quota.claims : claims
