/**
 * A cache that evicts the least recently used entries when it has more than `limit`, or when their weights exceed
 * `maxWeight` in sum. An entry that exceeds `maxWeight` alone is not kept.
 */
export function leastRecentlyUsed<Value>(
  limit: number,
  { maxWeight = Number.POSITIVE_INFINITY, weightOf = (_key: string, _value: Value): number => 0 } = {},
) {
  // A Map keeps the order of insertion. Used entries are inserted again, so the least recently used comes first.
  const entries = new Map<string, Value>()
  let weight = 0
  /** The key that was used last, so it is the last in `entries` if it is there. */
  let newest: string | undefined
  const remove = (key: string): boolean => {
    const value = entries.get(key)
    if (value !== undefined) weight -= weightOf(key, value)
    return entries.delete(key)
  }
  const set = (key: string, value: Value) => {
    remove(key)
    const added = weightOf(key, value)
    if (added > maxWeight) return
    entries.set(key, value)
    newest = key
    weight += added
    while (entries.size > limit || weight > maxWeight) {
      const [oldest] = entries.keys()
      if (oldest === undefined) return
      remove(oldest)
    }
  }
  const get = (key: string) => {
    const value = entries.get(key)
    // Moving an entry has a cost, since a small Map needs a new table every few times. The last one need not move.
    if (value === undefined || key === newest) return value
    entries.delete(key)
    entries.set(key, value)
    newest = key
    return value
  }
  return { get, set, remove, size: () => entries.size }
}
