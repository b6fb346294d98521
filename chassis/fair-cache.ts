/** The entries that one client brought, the least recently used first. */
type Share<Value> = { entries: Map<string, { value: Value; weight: number }>; weight: number }

/**
 * A cache whose space is shared by clients: if it has more than `limit` entries, or they exceed `maxWeight` in sum, the client
 * that holds the largest share of either loses what was used least recently. So a client may fill what is free, but pushes out
 * nothing of those who hold less. An entry serves all clients and belongs to the one that brought it first.
 */
export function fairCache<Value>(
  limit: number,
  { maxWeight = Number.POSITIVE_INFINITY, weightOf = (_key: string, _value: Value): number => 0 } = {},
) {
  // Maps keep the order of insertion. Shares that are used are inserted again, too.
  const shares = new Map<string, Share<Value>>()
  const clients = new Map<string, string>()
  let weight = 0

  const remove = (key: string, client: string, share: Share<Value>) => {
    const removed = share.entries.get(key)
    if (!removed) return
    share.entries.delete(key)
    clients.delete(key)
    share.weight -= removed.weight
    weight -= removed.weight
    if (share.entries.size === 0) shares.delete(client)
  }
  const insert = (key: string, client: string, share: Share<Value>, value: Value, added: number) => {
    share.entries.set(key, { value, weight: added })
    clients.set(key, client)
    share.weight += added
    weight += added
    shares.delete(client)
    shares.set(client, share)
  }
  const partOf = (share: Share<Value>) => Math.max(share.entries.size / limit, share.weight / maxWeight)
  const evict = () => {
    let largest: [string, Share<Value>] | undefined
    for (const each of shares) if (!largest || partOf(each[1]) > partOf(largest[1])) largest = each
    if (!largest) return
    const [client, share] = largest
    const [oldest] = share.entries.keys()
    if (oldest !== undefined) remove(oldest, client, share)
  }
  const find = (key: string) => {
    const client = clients.get(key)
    const share = client === undefined ? undefined : shares.get(client)
    const entry = share?.entries.get(key)
    return client !== undefined && share && entry ? { client, share, entry } : undefined
  }

  return {
    get: (key: string): Value | undefined => {
      const found = find(key)
      if (!found) return undefined
      const { client, share, entry } = found
      share.entries.delete(key)
      share.entries.set(key, entry)
      shares.delete(client)
      shares.set(client, share)
      return entry.value
    },
    set: (key: string, value: Value, client: string): void => {
      const before = find(key)
      if (before) remove(key, before.client, before.share)
      const added = weightOf(key, value)
      if (added > maxWeight) return
      const owner = before?.client ?? client
      insert(key, owner, shares.get(owner) ?? { entries: new Map(), weight: 0 }, value, added)
      while (clients.size > limit || weight > maxWeight) evict()
    },
    /** The value, without counting as its use. */
    peek: (key: string): Value | undefined => find(key)?.entry.value,
    size: () => clients.size,
  }
}
