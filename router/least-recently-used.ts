/**
 * A map that forgets the entries not used for longest once it has more than `limit`, or they weigh more than `heaviest` in
 * sum. An entry that weighs more alone is not kept at all.
 */
export function leastRecentlyUsed<Value>(
  limit: number,
  { heaviest = Number.POSITIVE_INFINITY, weigh = (_key: string, _value: Value): number => 0 } = {},
) {
  // A Map keeps the order of insertion: what is used is inserted anew, so the oldest comes first.
  const entries = new Map<string, Value>()
  let weight = 0
  const remove = (key: string): boolean => {
    const value = entries.get(key)
    if (value !== undefined) weight -= weigh(key, value)
    return entries.delete(key)
  }
  const set = (key: string, value: Value) => {
    remove(key)
    const added = weigh(key, value)
    if (added > heaviest) return
    entries.set(key, value)
    weight += added
    while (entries.size > limit || weight > heaviest) {
      const [oldest] = entries.keys()
      if (oldest === undefined) return
      remove(oldest)
    }
  }
  const get = (key: string) => {
    const value = entries.get(key)
    if (value === undefined) return undefined
    entries.delete(key)
    entries.set(key, value)
    return value
  }
  return { get, set, remove, size: () => entries.size }
}
