/** What one client brought: the keys of its entries, the least recently used first, and their weight in sum. */
type Share = { client: string; keys: Set<string>; weight: number }
type Entry<Value> = { value: Value; weight: number; share: Share }

/**
 * A cache whose space is shared by clients: if it has more than `limit` entries, or they exceed `maxWeight` in sum, the client
 * that holds the largest share of either loses what was used least recently. So a client may fill what is free, but pushes out
 * nothing of those who hold less. An entry serves all clients and belongs to the one that brought it first.
 */
export function fairCache<Value>(
  limit: number,
  { maxWeight = Number.POSITIVE_INFINITY, weightOf = (_key: string, _value: Value): number => 0 } = {},
) {
  const entries = new Map<string, Entry<Value>>()
  // Maps and Sets keep the order of insertion. Shares and keys that are used are inserted again.
  const shares = new Map<string, Share>()
  let weight = 0
  /** The entry that was used last: its key and its share are the last ones. */
  let newest: Entry<Value> | undefined

  const moveToEnd = (key: string, entry: Entry<Value>) => {
    const { share } = entry
    share.keys.delete(key)
    share.keys.add(key)
    shares.delete(share.client)
    shares.set(share.client, share)
    newest = entry
  }
  const remove = (key: string, { share, weight: removed }: Entry<Value>) => {
    entries.delete(key)
    share.keys.delete(key)
    share.weight -= removed
    weight -= removed
    if (share.keys.size === 0) shares.delete(share.client)
  }
  const insert = (key: string, client: string, value: Value, added: number) => {
    const share = shares.get(client) ?? { client, keys: new Set<string>(), weight: 0 }
    const entry = { value, weight: added, share }
    entries.set(key, entry)
    share.weight += added
    weight += added
    moveToEnd(key, entry)
  }
  const partOf = (share: Share) => Math.max(share.keys.size / limit, share.weight / maxWeight)
  const evict = () => {
    let largest: Share | undefined
    for (const each of shares.values()) if (!largest || partOf(each) > partOf(largest)) largest = each
    const [oldest] = largest?.keys ?? []
    const entry = oldest === undefined ? undefined : entries.get(oldest)
    if (oldest !== undefined && entry) remove(oldest, entry)
  }

  return {
    get: (key: string): Value | undefined => {
      const entry = entries.get(key)
      if (entry && entry !== newest) moveToEnd(key, entry)
      return entry?.value
    },
    set: (key: string, value: Value, client: string): void => {
      const before = entries.get(key)
      if (before) remove(key, before)
      const added = weightOf(key, value)
      if (added > maxWeight) return
      insert(key, before?.share.client ?? client, value, added)
      while (entries.size > limit || weight > maxWeight) evict()
    },
    /** The value, without counting as its use. */
    peek: (key: string): Value | undefined => entries.get(key)?.value,
    size: () => entries.size,
  }
}
